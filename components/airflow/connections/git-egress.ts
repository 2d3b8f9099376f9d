import { type Egress, type NonEmpty, type Workload } from "../../connection.ts";
import { type DagBundle, DagBundleKind } from "../dags/dag-bundles.ts";
import { type GitAddress, parseGitAddress } from "../dags/git-address.ts";

/** Who fetches which DAG bundles. */
export interface BundleFetch {
    readonly by: NonEmpty<Workload>;
    readonly bundles: readonly DagBundle[];
}

/** The servers of the repositories that DAGs come from, each with its port, and one row for all that share it. */
export function gitEgress({ by, bundles }: BundleFetch): Egress[] {
    const servers = bundles.flatMap((bundle) =>
        bundle.kind === DagBundleKind.git ? [serverOf(bundle.repository)] : [],
    );
    return [...Map.groupBy(servers, ({ tls, port }) => `${tls ? "https" : "ssh"}-${port}`)].flatMap(
        ([kind, group]): Egress[] => {
            const [first, ...rest] = [...new Set(group.map(({ host }) => host))].sort();
            const [{ port, tls } = { port: 443, tls: true }] = group;
            return first === undefined
                ? []
                : [
                      {
                          name: `dags-${kind}`,
                          from: by,
                          to: { kind: "hosts", hosts: [first, ...rest], port, named: tls, private: false },
                          reason: "DAGs come from there, and each task fetches the version that it runs",
                      },
                  ];
        },
    );
}

/** @throws when it is no address of a repository: the config's rules let none through. */
function serverOf(repository: string): GitAddress {
    const address = parseGitAddress(repository);
    if (typeof address === "string") {
        throw new Error(`a repository's address cannot be used: ${address}`);
    }
    return address;
}
