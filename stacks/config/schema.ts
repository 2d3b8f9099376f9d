import { z } from "zod";

import { defaultLifetimes } from "../../components/mesh/lifetimes.ts";
import { airflowKeys } from "./airflow-schema.ts";
import { list, oneOf } from "./aws-schema.ts";
import { clusterSchema } from "./cluster-schema.ts";
import { dnsName, section, text, yesOrNo } from "./section.ts";
import { databaseSchema } from "./database-schema.ts";
import { loginSchema } from "./login-schema.ts";
import { meshPolicyKeys } from "./mesh-schema.ts";
import { secretsSchema, taskLogsSchema } from "./task-logs-schema.ts";
import { isSafeOrigin } from "./safe-address.ts";

// Each message is the rule and the way out; the key and the value are put before it.

const hours = z.number({ error: "it must be a number of hours. Write it without a unit." });

const generation = z
    .int({ error: "it must be a whole number from 1. Number generations 1, 2, 3 and so on." })
    .min(1, { error: "it must be a whole number from 1. Number generations 1, 2, 3 and so on." });

const chartValues = z
    .record(z.string(), z.unknown(), { error: "it must be a map. Write it as the chart's values.yaml is written." })
    .default({});

/** Pulumi wants a default for a key that a stack may leave out, and knows no default that is nothing. */
const nothingIfEmpty = (value: unknown) => (JSON.stringify(value) === "{}" ? undefined : value);

/** What holds data, or what all the rest stands on: replaced only by who says so. */
const replaceable = ["cluster", "database", "logs", "network"] as const;

/** Every key that a stack may set, below `airflow-linkerd:`. Nothing here reads a file or knows the stack. */
export const configSchema = z.strictObject({
    cluster: clusterSchema,
    charts: section(
        {
            mirror: text('"charts", "https://charts.example.com" or "oci://registry.example.com/charts"')
                .regex(/^(?!\w+:\/\/)|^(https|oci):\/\/./, {
                    error: "it must be a folder, or an address that begins with https:// or oci://. Correct it.",
                })
                .optional(),
            gatewayApi: text('"gateway-api.yaml"')
                .regex(/^(?!\w+:\/\/)|^https:\/\/./, {
                    error: "it must be a file, or an address that begins with https://. Correct it.",
                })
                .optional(),
        },
        "{mirror: charts}",
    ).prefault({}),
    trust: section(
        {
            domain: dnsName('"cluster.local"').default("cluster.local"),
            generations: z
                .array(generation, { error: "it must be a list of generations. Write it as [1]." })
                .min(1, { error: "it must have a generation, or no proxy trusts another. Write it as [1]." })
                .default([1]),
            signer: generation.default(1),
            lifetimes: section(
                {
                    workloadHours: hours.default(defaultLifetimes.workloadHours),
                    issuerHours: hours.default(defaultLifetimes.issuerHours),
                    issuerRenewBeforeHours: hours.default(defaultLifetimes.issuerRenewBeforeHours),
                },
                "{workloadHours: 24, issuerHours: 48, issuerRenewBeforeHours: 25}",
            ).prefault({}),
        },
        "{generations: [1], signer: 1}",
    ).prefault({}),
    mesh: section(
        { highAvailability: yesOrNo.default(true), chartValues, ...meshPolicyKeys },
        "{highAvailability: true}",
    ).prefault({}),
    airflow: section(
        {
            version: z
                .string({ error: 'it must be text. Write it in quotes, as "3.3.2".' })
                .regex(/^3\.\d+\.\d+$/, { error: 'it must be a release of Airflow 3, such as "3.3.2". Correct it.' })
                .default("3.3.2"),
            hostname: dnsName('"airflow.example.com"').optional(),
            url: text('"https://airflow.example.com:8443"')
                .refine(isSafeOrigin, {
                    error:
                        "it must be an https:// address in lower case without a path or a slash at its end; http:// " +
                        "only for 127.0.0.1 and localhost, because people's sessions go there. Correct it.",
                })
                .optional(),
            highAvailability: yesOrNo.default(true),
            database: databaseSchema,
            logs: taskLogsSchema.optional(),
            secrets: secretsSchema.optional(),
            ...airflowKeys,
            chartValues,
        },
        "{database: {kind: external, …}}",
    ),
    allowReplace: list(
        z.enum(replaceable, { error: `it must be ${oneOf(replaceable)}. Correct it.` }),
        `["${replaceable[0]}"]`,
    ).default([]),
    tags: z
        .record(z.string(), z.string({ error: "it must be text. Write it in quotes." }), {
            error: 'it must be a map. Write it as {cost-center: "data"}.',
        })
        .default({}),
    login: z.preprocess(nothingIfEmpty, loginSchema.optional()),
});

export type ParsedConfig = z.infer<typeof configSchema>;
