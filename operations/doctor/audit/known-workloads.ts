import { type ConnectionTable, type Workload } from "../../../components/connection.ts";
import { type MeshedPod } from "../proxies/proxy-scrape.ts";

/** The workloads of a connection table, found by what a proxy's metrics know of them. */
export class KnownWorkloads {
    readonly #workloads: readonly Workload[];

    constructor({ connections, egress }: ConnectionTable) {
        const named = [...connections.flatMap(({ from, to }) => [to, ...from]), ...egress.flatMap(({ from }) => from)];
        const workloads = named.filter((each): each is Workload => each.kind === "workload");
        this.#workloads = [...new Map(workloads.map((each) => [`${each.namespace}/${each.name}`, each])).values()];
    }

    /** The workload that a pod is one of. Of several, the one with the most labels. */
    ofPod(pod: MeshedPod): Workload | undefined {
        return this.#workloads
            .filter((each) => selects(each, pod))
            .toSorted((one, other) => Object.keys(other.labels).length - Object.keys(one.labels).length)[0];
    }

    /** Those that run under an identity, which several may share. */
    underIdentity(identity: string): readonly Workload[] {
        const account = serviceAccountOf(identity);
        return this.#workloads.filter(
            ({ namespace, serviceAccount }) =>
                serviceAccount !== undefined &&
                serviceAccount === account?.serviceAccount &&
                namespace === account.namespace,
        );
    }
}

export function selects({ namespace, labels }: Workload, pod: MeshedPod): boolean {
    return namespace === pod.namespace && Object.entries(labels).every(([key, value]) => pod.labels[key] === value);
}

/** Linkerd names a pod's identity after its account: `<account>.<namespace>.serviceaccount.identity.…`. */
export function serviceAccountOf(identity: string): { namespace: string; serviceAccount: string } | undefined {
    const [, serviceAccount, namespace] = /^([^.]+)\.([^.]+)\.serviceaccount\.identity\./.exec(identity) ?? [];
    return serviceAccount === undefined || namespace === undefined ? undefined : { serviceAccount, namespace };
}
