import { isIP } from "node:net";

import { z } from "zod";

import { PolicyMode } from "../../components/mesh/policy/objects/server.ts";
import { choice, dnsName, list, section, text } from "./section.ts";

// Each message is the rule and the way out; the key and the value are put before it.

/** Whose calls leave the cluster. */
export const EgressOf = {
    /** Tasks, and triggers that wait in their place. */
    tasks: "tasks",
    apiServer: "api-server",
    dagProcessor: "dag-processor",
} as const;

const hostPattern = /^(?=.{1,253}$)(\*\.)?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)+$/;

const host = text('"api.example.com"').superRefine((value, context) => {
    const rule = hostRule(value);
    if (rule !== undefined) {
        context.addIssue({ code: "custom", message: rule });
    }
});

/** Why that is no host that can be opened, with the way out. */
function hostRule(value: string): string | undefined {
    if (value === "*" || /^\*\.[^.]+$/.test(value)) {
        return 'it would open the internet. Name hosts, or a domain as "*.example.com".';
    }
    if (value.includes("/") || (value.includes(":") && isIP(value) === 0)) {
        return 'it must be a host without "https://", port and path. Write it as "api.example.com", and its port beside it.';
    }
    if (isIP(value) !== 0) {
        return (
            "it is an address, and servers are told apart by the name in their certificate; addresses of the cluster's own " +
            "network are opened by no key. Name the host."
        );
    }
    return hostPattern.test(value)
        ? undefined
        : 'it must be a DNS name in lower case, or a domain as "*.example.com". Correct it.';
}

const egress = section(
    {
        hosts: list(host, '["api.example.com"]').min(1, {
            error: "it must name a host. Add one, or remove the entry.",
        }),
        port: z
            .int({ error: "it must be a whole number. TLS's is 443." })
            .min(1, { error: "it must be a port from 1 to 65535. TLS's is 443." })
            .max(65535, { error: "it must be a port from 1 to 65535. TLS's is 443." })
            .default(443),
        from: choice(EgressOf).default(EgressOf.tasks),
        reason: text('"the warehouse that reports are made of"'),
    },
    '{hosts: ["api.example.com"], reason: …}',
);

const label = text('"ingress"');

const frontDoor = section(
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
    frontDoor: frontDoor.optional(),
};
