import { type Problem } from "../../problem.ts";

/** Who decides how many nodes there are. */
export const ScaledBy = {
    /** The stack: always `minimum`, in each pool. */
    stack: "stack",
    /** An autoscaler that somebody runs in the cluster: from `minimum` to `maximum`. */
    autoscaler: "autoscaler",
} as const;
export type ScaledBy = (typeof ScaledBy)[keyof typeof ScaledBy];

/** How many nodes a pool may have, and of which kinds. */
export interface NodePool {
    /**
     * Types of instances, such as `m7i.xlarge`, in order of preference. All of the same size, or pods are placed badly.
     */
    readonly instanceTypes: readonly string[];
    /** The nodes that there are, unless an autoscaler runs. */
    readonly minimum: number;
    /** The most that an autoscaler may have. */
    readonly maximum: number;
    /** Size of each node's disk, in gibibytes. */
    readonly diskGb: number;
}

/** Two zones may fail, or a node be replaced in each, and Airflow goes on. */
export const defaultPlatformPool: NodePool = {
    instanceTypes: ["m7i.xlarge", "m7a.xlarge", "m6i.xlarge"],
    minimum: 3,
    maximum: 6,
    diskGb: 100,
};

/**
 * Many types of one size: each is a market of its own, and spot capacity in one of them runs out at some time. Two nodes,
 * because nothing adds one by itself, and AWS may take one back.
 */
export const defaultTaskPool: NodePool = {
    instanceTypes: ["m7i.2xlarge", "m7a.2xlarge", "m6i.2xlarge", "m6a.2xlarge", "m5.2xlarge", "m5a.2xlarge"],
    minimum: 2,
    maximum: 20,
    diskGb: 100,
};

/** What is wrong with a pool, if anything. */
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
