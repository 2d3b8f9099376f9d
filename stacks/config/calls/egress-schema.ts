import { isIP } from "node:net";

import { z } from "zod";

import { list, text } from "../section.ts";

// Each message is the rule and the way out; the key and the value are put before it.

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

/** A port of TCP. The example says which one is usual. */
export const port = (example: string) =>
    z
        .int({ error: `it must be a whole number. ${example}` })
        .min(1, { error: `it must be a port from 1 to 65535. ${example}` })
        .max(65535, { error: `it must be a port from 1 to 65535. ${example}` });

/** Keys of an entry that opens hosts outside the cluster, whoever calls them. */
export const egressKeys = {
    hosts: list(host, '["api.example.com"]').min(1, {
        error: "it must name a host. Add one, or remove the entry.",
    }),
    port: port("TLS's is 443.").default(443),
    reason: text('"the warehouse that reports are made of"'),
};
