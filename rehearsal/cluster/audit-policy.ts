/**
 * Who changed what and who read a secret, without the contents: those would put every secret in the log. Reads of
 * everything else, and the heartbeats of nodes, would only hide the rest.
 */
export const AUDIT_POLICY = {
    apiVersion: "audit.k8s.io/v1",
    kind: "Policy",
    omitStages: ["RequestReceived"],
    rules: [
        { level: "None", resources: [{ group: "coordination.k8s.io", resources: ["leases"] }] },
        {
            level: "None",
            resources: [
                { group: "", resources: ["events"] },
                { group: "events.k8s.io", resources: ["events"] },
            ],
        },
        { level: "Metadata", resources: [{ group: "", resources: ["secrets", "serviceaccounts/token"] }] },
        { level: "None", verbs: ["get", "list", "watch"] },
        { level: "Metadata" },
    ],
} as const;
