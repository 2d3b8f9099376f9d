import { dnsLabel, section, yesOrNo } from "./section.ts";

// Each message is the rule and the way out; the key and the value are put before it.

const namespace = dnsLabel('"cert-manager"');

/** The key `existing` of a stack: what its cluster has already, and keeps. */
export const existingSchema = section(
    {
        certManager: section({ namespace }, "{namespace: cert-manager}").optional(),
        trustManager: section({ namespace }, "{namespace: cert-manager}").optional(),
        gatewayApi: yesOrNo.default(false),
    },
    "{certManager: {namespace: cert-manager}}",
)
    .refine(({ certManager, trustManager }) => trustManager === undefined || certManager !== undefined, {
        path: ["certManager"],
        error: "a trust-manager rests on a cert-manager, and the stack would bring another. Name that one too.",
    })
    .prefault({});
