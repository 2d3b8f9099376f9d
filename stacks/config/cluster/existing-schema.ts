import { labelMap } from "../calls/call-schema.ts";
import { dnsLabel, dnsName, section, wholeNumber, yesOrNo } from "../section.ts";

// Each message is the rule and the way out; the key and the value are put before it.

const namespace = dnsLabel('"cert-manager"');

/** The key `existing` of a stack: what its cluster has already, and keeps. */
export const existingSchema = section(
    {
        certManager: section({ namespace }, "{namespace: cert-manager}").optional(),
        trustManager: section({ namespace }, "{namespace: cert-manager}").optional(),
        gatewayApi: yesOrNo.default(false),
        prometheus: section(
            {
                namespace,
                service: dnsLabel('"prometheus"'),
                port: wholeNumber(1)
                    .max(65535, { error: "it must be a port, at most 65535. Correct it." })
                    .default(9090),
                serviceAccount: dnsName('"prometheus"'),
                labels: labelMap("pods of Prometheus", "every pod", '{app.kubernetes.io/name: "prometheus"}'),
            },
            '{namespace: monitoring, service: prometheus, serviceAccount: prometheus, labels: {app.kubernetes.io/name: "prometheus"}}',
        ).optional(),
    },
    "{certManager: {namespace: cert-manager}}",
)
    .refine(({ certManager, trustManager }) => trustManager === undefined || certManager !== undefined, {
        path: ["certManager"],
        error: "a trust-manager rests on a cert-manager, and the stack would bring another. Name that one too.",
    })
    .prefault({});
