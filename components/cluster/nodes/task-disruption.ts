/**
 * When a NodePool of tasks may take a node away, for Auto Mode's Karpenter and for ours. Only empty nodes are removed:
 * moving a pod would end its task. Those that are out of date go one by one, each when the tasks on it have ended.
 */
export const taskDisruption = {
    consolidationPolicy: "WhenEmpty",
    consolidateAfter: "60s",
    budgets: [
        { nodes: "100%", reasons: ["Empty"] },
        { nodes: "1", reasons: ["Drifted"] },
    ],
};
