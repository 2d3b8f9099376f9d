import { z } from "zod";

import { section, text } from "../section.ts";

// Each message is the rule and the way out; the key and the value are put before it.

/** How host names come to lead to the load balancer. */
export const DnsKind = {
    /** The stack makes the records, in a hosted zone that is there. */
    route53: "route53",
    /** Somebody else makes them. */
    manual: "manual",
} as const;

export const zoneId = text('"Z0123456789ABCDEFGHIJ"').regex(/^Z[A-Z0-9]{1,31}$/, {
    error: 'it must be the id of a hosted zone of Route 53. Write it as "Z0123456789ABCDEFGHIJ".',
});

/** The key `dns` of an entrance. */
export const dns = z
    .discriminatedUnion(
        "kind",
        [
            section({ kind: z.literal(DnsKind.route53), zoneId }, "{kind: route53, zoneId: Z0123456789ABCDEFGHIJ}"),
            section({ kind: z.literal(DnsKind.manual) }, "{kind: manual}"),
        ],
        {
            error: (issue) =>
                issue.code === "invalid_union"
                    ? "it must be route53 or manual. Correct it."
                    : "it must be a map. Write it as {kind: route53, zoneId: Z0123456789ABCDEFGHIJ}.",
        },
    )
    .prefault({ kind: DnsKind.manual });
