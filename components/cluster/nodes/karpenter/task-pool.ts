import { below, type Problem } from "../../../problem.ts";
import { taskDisruption } from "../task-disruption.ts";
import { taskNodes } from "../task-nodes.ts";

/** How the nodes of a pool are paid for. */
export const Capacity = {
    /** Cheap, and AWS may take them back with two minutes' notice. */
    spot: "spot",
    onDemand: "on-demand",
    /** Spot where there is any, else on demand. */
    both: "both",
} as const;
export type Capacity = (typeof Capacity)[keyof typeof Capacity];

export const Architecture = { amd64: "amd64", arm64: "arm64" } as const;
export type Architecture = (typeof Architecture)[keyof typeof Architecture];

/** Nodes of one kind, which Karpenter adds when tasks wait for them and removes when they are empty. */
export interface TaskPool {
    /** A DNS label. It is in the names of its objects, and chooses it: see `onPool`. */
    readonly name: string;
    readonly capacity: Capacity;
    /** What the image of its tasks must be built for. */
    readonly architecture: Architecture;
    /** AWS's letters for families of instances, such as `c` for computing, `r` for memory, `g` for GPUs. */
    readonly categories: readonly string[];
    /** The most cores of all its nodes together. */
    readonly maximumCores: number;
    /** The most memory of all its nodes together, in gibibytes. Undefined for as much as the cores bring. */
    readonly maximumMemoryGb?: number | undefined;
}

export const defaultTaskPools: readonly TaskPool[] = [
    {
        name: "general",
        capacity: Capacity.spot,
        architecture: Architecture.amd64,
        categories: ["c", "m", "r"],
        maximumCores: 160,
    },
];

/** The label of a pool's nodes, and the taint of all pools but the first. */
const poolKey = "airflow-linkerd.io/pool";

/** Problems of the pools, the first of which takes every task that asks for none. */
export function taskPoolProblems(pools: readonly TaskPool[]): Problem[] {
    if (pools.length === 0) {
        return [{ path: [], value: pools, rule: "no task would find a node. Name a pool, or leave the key out." }];
    }
    return pools.flatMap(({ name, capacity, categories }, index) => [
        ...below(
            [index, "name"],
            pools.findIndex((pool) => pool.name === name) < index
                ? { path: [], value: name, rule: "another pool is called so. Give it a name of its own." }
                : undefined,
        ),
        ...below(
            [index, "categories"],
            categories.length === 0
                ? { path: [], value: categories, rule: "nodes are of some family. Name one, such as m." }
                : undefined,
        ),
        ...below(
            [index, "capacity"],
            index === 0 && capacity === Capacity.spot && categories.length === 1
                ? {
                      path: [],
                      value: capacity,
                      rule: "spot capacity of one family runs out. Name more categories, or make it both.",
                  }
                : undefined,
        ),
    ]);
}

/** Whether AWS may take back the nodes of any of the pools. */
export function someOnSpot(pools: readonly TaskPool[]): boolean {
    return pools.some(({ capacity }) => capacity !== Capacity.onDemand);
}

/** What the specification of a NodePool says for the pool, but for the class of its nodes. */
export function nodePoolSpec(pool: TaskPool, { isFirst, nodeClass }: { isFirst: boolean; nodeClass: string }) {
    const capacities = pool.capacity === Capacity.both ? [Capacity.spot, Capacity.onDemand] : [pool.capacity];
    return {
        template: {
            metadata: { labels: { [taskNodes.key]: taskNodes.value, [poolKey]: pool.name } },
            spec: {
                nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: nodeClass },
                taints: [
                    { ...taskNodes, effect: "NoSchedule" },
                    // Tasks that ask for no pool stay off it: its nodes cost more, or run no image of theirs.
                    ...(isFirst ? [] : [{ key: poolKey, value: pool.name, effect: "NoSchedule" }]),
                ],
                // Long, since nothing moves a task that runs. At the end its tasks have a day to end.
                expireAfter: "720h",
                terminationGracePeriod: "24h",
                requirements: [
                    { key: "karpenter.sh/capacity-type", operator: "In", values: capacities },
                    { key: "kubernetes.io/arch", operator: "In", values: [pool.architecture] },
                    { key: "kubernetes.io/os", operator: "In", values: ["linux"] },
                    { key: "karpenter.k8s.aws/instance-category", operator: "In", values: [...pool.categories] },
                    // Older ones have no Nitro, on which the encryption between instances rests.
                    { key: "karpenter.k8s.aws/instance-generation", operator: "Gt", values: ["4"] },
                ],
            },
        },
        limits: {
            cpu: `${pool.maximumCores}`,
            ...(pool.maximumMemoryGb === undefined ? {} : { memory: `${pool.maximumMemoryGb}Gi` }),
        },
        disruption: taskDisruption,
    };
}
