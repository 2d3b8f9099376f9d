import { z } from "zod";

import { PolicyMode } from "../../../components/mesh/policy/objects/server.ts";
import { callKeys } from "../calls/call-schema.ts";
import { egressKeys } from "../calls/egress-schema.ts";
import { choice, dnsName, list, section, text } from "../section.ts";

// Each message is the rule and the way out; the key and the value are put before it.

/** Whose calls leave the cluster. */
export const EgressOf = {
    /** Tasks, and triggers that wait in their place. */
    tasks: "tasks",
    apiServer: "api-server",
    dagProcessor: "dag-processor",
} as const;

const egress = section(
    { ...egressKeys, from: choice(EgressOf).default(EgressOf.tasks) },
    '{hosts: ["api.example.com"], reason: …}',
);

const call = section(
    { ...callKeys, reason: text('"the catalog of tables"') },
    "{namespace: catalog, labels: {app: catalog}, port: 8080, reason: …}",
);

const label = text('"ingress"');

/** Meshed pods that call, by what the mesh and the network know them by. */
export const callingPods = section(
    {
        namespace: dnsName('"ingress"'),
        serviceAccount: dnsName('"ingress"'),
        labels: z
            .record(z.string(), label, { error: "it must be a map of the pods' labels. Write it as {app: ingress}." })
            .refine((labels) => Object.keys(labels).length > 0, {
                error: "it must have a label, or it would be every pod of the namespace. Write it as {app: ingress}.",
            }),
    },
    "{namespace: ingress, serviceAccount: ingress, labels: {app: ingress}}",
);

/** Keys of `mesh` that say who may call whom. */
export const meshPolicyKeys = {
    policy: choice(PolicyMode).default(PolicyMode.enforce),
    egress: list(egress, '[{hosts: ["api.example.com"], reason: …}]').default([]),
    calls: list(call, "[{namespace: catalog, labels: {app: catalog}, port: 8080, reason: …}]").default([]),
    frontDoor: callingPods.optional(),
};
