import { type Addresses, type EveryPod, type NonEmpty, type Workload } from "../../connection.ts";

/** What the rows must know of the cluster's network. */
export interface ClusterAddresses {
    /** The ranges of pods, services, nodes and what else is in the cluster's own network. */
    readonly cluster: NonEmpty<string>;
    /** Where its nodes are, and from where the API server calls webhooks. */
    readonly nodes: NonEmpty<string>;
}

/** For a cluster of which no more is known: private addresses are its own, and its nodes are anywhere. */
export const unknownAddresses: ClusterAddresses = {
    cluster: ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8"],
    nodes: ["0.0.0.0/0", "::/0"],
};

export const everyPod: EveryPod = { kind: "cluster" };

/** What probes pods. It calls those of its own node. */
export function kubelet({ nodes }: ClusterAddresses): Addresses {
    return { kind: "addresses", name: "kubelet", cidrs: nodes, onNode: true };
}

/** The API server as a caller: of webhooks, and of what serves a part of its API. It has no identity in the mesh. */
export function apiServer({ nodes }: ClusterAddresses): Addresses {
    return { kind: "addresses", name: "kube-apiserver", cidrs: nodes };
}

/** The cluster's name server, as every distribution labels it. */
export const nameServer: Workload = {
    kind: "workload",
    name: "kube-dns",
    namespace: "kube-system",
    labels: { "k8s-app": "kube-dns" },
    meshed: false,
};
