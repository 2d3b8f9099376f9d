import { z } from "zod";

import { port } from "./egress-schema.ts";
import { dnsLabel, dnsName } from "../section.ts";

// Each message is the rule and the way out; the key and the value are put before it.

const labelName = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;

const labelValue = z
    .string({ error: "it must be text. Write it in quotes." })
    .regex(/^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/, {
        error: 'it must be at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends. Correct it.',
    });

/** At least one label of Kubernetes. */
export const labelMap = (whose: string, everything: string, example: string) =>
    z
        .record(z.string(), labelValue, { error: `it must be a map of the ${whose}' labels. Write it as ${example}.` })
        .refine((given) => Object.keys(given).length > 0, {
            error: `it must have a label, or it would be ${everything}. Write it as ${example}.`,
        })
        .refine((given) => Object.keys(given).every((name) => labelName.test(name)), {
            error: `it must have names that Kubernetes takes for labels. Write it as ${example}.`,
        });

/** Keys of an entry that opens something in the cluster to tasks. */
export const callKeys = {
    namespace: dnsLabel('"catalog"'),
    service: dnsLabel('"catalog"').optional(),
    serviceAccount: dnsName('"catalog"').optional(),
    /** By which the network policies know them: a Service is none of theirs, nor an account. */
    labels: labelMap("pods", "every pod of the namespace", "{app: catalog}"),
    port: port("HTTPS's is 443."),
};
