import { type Problem } from "../../problem.ts";

/** Who decides the number of nodes. */
export const ScaledBy = {
    /** The stack: always `minimum`, in each pool. */
    stack: "stack",
    /** An autoscaler that somebody else runs in the cluster: from `minimum` to `maximum`. */
    autoscaler: "autoscaler",
} as const;
export type ScaledBy = (typeof ScaledBy)[keyof typeof ScaledBy];

/** The number of nodes in a pool, and their instances. */
export interface NodePool {
    /**
     * Instance types, such as `m7i.xlarge`, in order of preference. All of one size: an autoscaler assumes that of a
     * node group.
     */
    readonly instanceTypes: readonly string[];
    /** Number of nodes, or the fewest with an autoscaler. */
    readonly minimum: number;
    /** The most nodes that an autoscaler may add up to. */
    readonly maximum: number;
    /** Size of each node's disk, in gibibytes. */
    readonly diskGb: number;
}

/** Airflow keeps running when two zones fail, or while a node is replaced. */
export const defaultPlatformPool: NodePool = {
    instanceTypes: ["m7i.xlarge", "m7a.xlarge", "m6i.xlarge"],
    minimum: 3,
    maximum: 6,
    diskGb: 100,
};

/**
 * Many types of one size, because the spot capacity of a single type runs out at times. Two nodes, because AWS may
 * reclaim one, and without an autoscaler nothing adds another.
 */
export const defaultTaskPool: NodePool = {
    instanceTypes: ["m7i.2xlarge", "m7a.2xlarge", "m6i.2xlarge", "m6a.2xlarge", "m5.2xlarge", "m5a.2xlarge"],
    minimum: 2,
    maximum: 20,
    diskGb: 100,
};

/** The first problem of a pool. Undefined when there is none. */
export function poolProblem(
    pool: NodePool,
    { spot, scaledBy }: { spot: boolean; scaledBy: ScaledBy },
): Problem | undefined {
    const { instanceTypes, minimum, maximum, diskGb } = pool;
    const fewest = spot ? 3 : 1;
    if (instanceTypes.length < fewest) {
        return {
            path: ["instanceTypes"],
            value: instanceTypes,
            rule: spot
                ? `spot capacity of one type runs out. Name at least ${fewest} of one size.`
                : "nodes are of some type. Name one.",
        };
    }
    if (!Number.isInteger(minimum) || minimum < 0) {
        return { path: ["minimum"], value: minimum, rule: "it must be a whole number from 0. Correct it." };
    }
    if (minimum === 0 && (!spot || scaledBy === ScaledBy.stack)) {
        return {
            path: ["minimum"],
            value: minimum,
            rule: spot
                ? "there would never be a node, and no task would run. Raise it, or run an autoscaler and set scaledBy to it."
                : "an autoscaler itself has to run on some node. Raise it.",
        };
    }
    if (!Number.isInteger(maximum) || maximum < Math.max(1, minimum)) {
        return {
            path: ["maximum"],
            value: maximum,
            rule: `it must be a whole number from 1, and not below minimum (${minimum}). Raise it.`,
        };
    }
    if (!Number.isInteger(diskGb) || diskGb < 20) {
        return {
            path: ["diskGb"],
            value: diskGb,
            rule: "it must be a whole number of gibibytes from 20, which a node and Airflow's image take. Raise it.",
        };
    }
    return undefined;
}
