import { z } from "zod";

import { ClientAddress } from "../../../components/entrance/client-rules.ts";
import { NlbMaker } from "../../../components/entrance/nlb.ts";
import { choice, list, section, text, wholeNumber } from "../section.ts";
import { certificate } from "./certificate-schema.ts";
import { dns } from "./dns-schema.ts";
import { uiKeys } from "./ui-schema.ts";

// Each message is the rule and the way out; the key and the value are put before it.

/** How people come to Airflow. */
export const EntranceKind = {
    /** Through Envoy, which the stack runs. */
    gateway: "gateway",
    /** By nothing of the stack's. */
    none: "none",
} as const;

/** From where it can be reached. */
export const Exposure = {
    /** From private networks, such as the VPC and what is joined to it. */
    internal: "internal",
    internet: "internet",
} as const;

export const LoadBalancerKind = {
    /** A Network Load Balancer of AWS. */
    nlb: "nlb",
    /** A Service of type LoadBalancer, which something in the cluster sees to. */
    service: "service",
    /** None of the stack's: whoever connects comes to the Service `entrance` by itself. */
    none: "none",
} as const;

const loadBalancer = z.discriminatedUnion(
    "kind",
    [
        section(
            {
                kind: z.literal(LoadBalancerKind.service),
                /** Of the Service. Defaults to the cluster's own. */
                class: text('"example.com/internal"').optional(),
                annotations: z
                    .record(z.string(), z.string({ error: "it must be text. Write it in quotes." }), {
                        error: 'it must be a map. Write it as {example.com/scheme: "internal"}.',
                    })
                    .default({}),
                clientAddress: choice(ClientAddress).default(ClientAddress.unknown),
            },
            "{kind: service}",
        ),
        section(
            {
                kind: z.literal(LoadBalancerKind.nlb),
                /**
                 * Who makes it. Defaults to EKS itself where the stack has its nodes from Auto Mode, and else to the AWS Load
                 * Balancer Controller: the stack runs it in a cluster that it makes, somebody else where this names it.
                 */
                class: choice(NlbMaker).optional(),
            },
            "{kind: nlb}",
        ),
        section({ kind: z.literal(LoadBalancerKind.none) }, "{kind: none}"),
    ],
    {
        error: (issue) =>
            issue.code === "invalid_union"
                ? "it must be nlb, service or none. Correct it."
                : "it must be a map. Write it as {kind: service}.",
    },
);

const gateway = section(
    {
        kind: z.literal(EntranceKind.gateway),
        exposure: choice(Exposure).default(Exposure.internal),
        allowedCidrs: list(text('"203.0.113.0/24"'), '["203.0.113.0/24"]').optional(),
        allowAnybody: text('"partners without fixed addresses come in here"').optional(),
        certificate,
        loadBalancer: loadBalancer.prefault({ kind: LoadBalancerKind.none }),
        dns,
        replicas: wholeNumber(1).optional(),
        ...uiKeys,
    },
    "{kind: gateway, certificate: {kind: private-ca}}",
);

const none = section({ kind: z.literal(EntranceKind.none) }, "{kind: none}");

/** The key `entrance` of a stack. */
export const entranceSchema = z.discriminatedUnion("kind", [gateway, none], {
    error: (issue) =>
        issue.code === "invalid_union"
            ? "it must be gateway or none. Correct it."
            : "it must be a map. Write it as {kind: gateway, certificate: {kind: private-ca}}, or {kind: none}.",
});

/** What a stack says of its entrance. */
export type ParsedGateway = z.infer<typeof gateway>;
