import { z } from "zod";

import { labelMap } from "../calls/call-schema.ts";
import { port } from "../calls/egress-schema.ts";
import { isSafeAddress } from "../safe-address.ts";
import { dnsLabel, dnsName, list, section, text } from "../section.ts";

// Each message is the rule and the way out; the key and the value are put before it.

/** What a UI is that has no login of its own. */
export const UiKind = {
    /** Linkerd's dashboard. */
    viz: "viz",
    /** A Service of somebody's in the cluster. */
    service: "service",
} as const;

const ofEveryUi = {
    hostname: dnsName('"viz.example.com"'),
    groups: list(text('"platform-admins"'), '["platform-admins"]').min(1, {
        error: "it must have a group, or nobody may come. Name one.",
    }),
};

const ui = z.discriminatedUnion(
    "kind",
    [
        section({ kind: z.literal(UiKind.viz), ...ofEveryUi }, '{kind: viz, hostname: viz.example.com, groups: ["…"]}'),
        section(
            {
                kind: z.literal(UiKind.service),
                /** Names its objects. Defaults to the Service's name. */
                name: dnsLabel('"grafana"').optional(),
                ...ofEveryUi,
                namespace: dnsLabel('"monitoring"'),
                service: dnsLabel('"grafana"'),
                port: port("A Service's is often 80."),
                /** By which network policies know its pods. */
                labels: labelMap("pods", "every pod of the namespace", "{app: grafana}"),
                /** That its pods listen on. Defaults to the Service's port. */
                podPort: port("Grafana's is 3000.").optional(),
            },
            "{kind: service, hostname: grafana.example.com, namespace: monitoring, service: grafana, port: 80, …}",
        ),
    ],
    {
        error: (issue) =>
            issue.code === "invalid_union"
                ? "it must be viz or service. Correct it."
                : 'it must be a map. Write it as {kind: viz, hostname: viz.example.com, groups: ["…"]}.',
    },
);

const providerAddress = text('"https://login.example.com/keys"').refine(
    (value) => isSafeAddress(value) && value.startsWith("https://"),
    { error: "it must be an https:// address of the provider, without a query. Correct it." },
);

/** Keys of `entrance` about UIs that have no login of their own. */
export const uiKeys = {
    uis: list(ui, '[{kind: viz, hostname: viz.example.com, groups: ["platform-admins"]}]').default([]),
    keysUrl: providerAddress.optional(),
    authorizationUrl: providerAddress.optional(),
    tokenUrl: providerAddress.optional(),
};
