/** Who has the right to an account of Kubernetes. */
export interface AccountRef {
    readonly namespace: string;
    readonly name: string;
}

/** How much of the cluster a team's tasks may take at once, all of them together and with their proxies. */
export interface TeamQuota {
    /** Pods, and so tasks that run at the same time. */
    readonly pods: number;
    /** Processor time asked for, in Kubernetes' notation, such as `10` or `500m`. */
    readonly cpu: string;
    /** Memory asked for, and memory at which containers are killed, such as `40Gi`. */
    readonly memory: string;
    /** Disk of the nodes, asked for and at most, such as `40Gi`. */
    readonly ephemeralStorage: string;
}

/** For a team that begins: twenty tasks at once of twice the usual size. */
export const defaultQuota: TeamQuota = { pods: 20, cpu: "10", memory: "40Gi", ephemeralStorage: "40Gi" };

/** Nodes that a team's tasks may ask for. */
export interface TeamPlacement {
    /** Labels of such nodes: what a DAG's author writes as `node_selector`. */
    readonly nodeSelector: Readonly<Record<string, string>>;
    /** Taints that keep other pods away from them. Defaults to none. */
    readonly tolerations?: readonly Readonly<Record<string, string>>[];
    /** Extended resources that they have, such as `nvidia.com/gpu`. Defaults to none. */
    readonly resources?: readonly string[];
}

/** A team as its namespace and its tasks know it; or everybody, in a stack without teams. */
export interface Team {
    /** A DNS label of at most 58 characters: the namespace is called after it. */
    readonly name: string;
    /** Whom to ask, shown in refusals: addresses or channels. */
    readonly owners: readonly string[];
    /** Images that its tasks may run besides the platform's. Defaults to none. */
    readonly images?: readonly string[];
    /** Nodes that its tasks may ask for. Defaults to none. */
    readonly placements?: readonly TeamPlacement[];
    /** Whether its tasks may make pods of their own (KubernetesPodOperator). Defaults to false. */
    readonly launchPods?: boolean;
    /** Defaults to none: its tasks may take what the cluster has. */
    readonly quota?: TeamQuota;
}
