import { type Egress, type NonEmpty, type Workload } from "../../connection.ts";
import { type DagBundle, DagBundleKind } from "../dags/dag-bundles.ts";

/** Who fetches which DAG bundles. */
export interface BundleFetch {
    readonly by: NonEmpty<Workload>;
    readonly bundles: readonly DagBundle[];
}

/** The servers of the repositories that DAGs come from, each with its port, and one row for all that share it. */
export function gitEgress({ by, bundles }: BundleFetch): Egress[] {
    const servers = bundles.flatMap((bundle) =>
        bundle.kind === DagBundleKind.git ? [gitServer(bundle.repository)] : [],
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

/** Where a repository is. Its address is `https://…`, `ssh://…` or `git@host:path`. */
export function gitServer(repository: string): { host: string; port: number; tls: boolean } {
    const short = /^[^/]+@([^/:]+):/.exec(repository);
    if (short?.[1] !== undefined && !repository.includes("://")) {
        return { host: short[1], port: 22, tls: false };
    }
    const { protocol, hostname, port } = new URL(repository);
    const tls = protocol === "https:";
    return { host: hostname, port: port === "" ? (tls ? 443 : 22) : Number(port), tls };
}
