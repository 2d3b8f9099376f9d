import { z } from "zod";

import { DatabaseKind } from "../components/airflow/database.ts";
import { defaultLifetimes } from "../components/mesh/lifetimes.ts";
import { section, text } from "./config-section.ts";
import { loginSchema } from "./login-schema.ts";

// Each message is the rule and the way out; the key and the value are put before it.

const dnsName = (example: string) =>
    text(example).regex(/^(?=.{1,253}$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/, {
        error: 'it must be a DNS name: lower-case labels of letters, digits and "-", joined by dots. Correct it.',
    });

/** What is written into PgBouncer's files, where a line break would begin another entry. */
const oneLine = (example: string) =>
    text(example).regex(/^[^\r\n\0]*$/, {
        error: "it must have no line break, which PgBouncer cannot read. Take it out, also at the end.",
    });

const yesOrNo = z.boolean({ error: "it must be true or false. Write it without quotes." });

const hours = z.number({ error: "it must be a number of hours. Write it without a unit." });

const generation = z
    .int({ error: "it must be a whole number from 1. Number generations 1, 2, 3 and so on." })
    .min(1, { error: "it must be a whole number from 1. Number generations 1, 2, 3 and so on." });

const port = z
    .int({ error: "it must be a whole number. PostgreSQL's port is 5432." })
    .min(1, { error: "it must be a port from 1 to 65535. PostgreSQL's is 5432." })
    .max(65535, { error: "it must be a port from 1 to 65535. PostgreSQL's is 5432." });

const chartValues = z
    .record(z.string(), z.unknown(), { error: "it must be a map. Write it as the chart's values.yaml is written." })
    .default({});

/** Pulumi wants a default for a key that a stack may leave out, and knows no default that is nothing. */
const nothingIfEmpty = (value: unknown) => (JSON.stringify(value) === "{}" ? undefined : value);

const inClusterDatabase = section(
    {
        kind: z.literal(DatabaseKind.inCluster),
        storageGb: z
            .int({ error: "it must be a whole number of gibibytes. Write it without a unit." })
            .min(1, { error: "it must be at least 1. Write it in gibibytes." })
            .default(8),
    },
    "{kind: in-cluster}",
);

const externalDatabase = section(
    {
        kind: z.literal(DatabaseKind.external),
        host: dnsName('"db.example.com"'),
        port: port.default(5432),
        name: oneLine('"airflow"').default("airflow"),
        user: oneLine('"airflow"').default("airflow"),
        password: oneLine("a secret"),
        authorityFile: text('"certificates/database.pem"'),
    },
    "{kind: external, host: …, password: {secure: …}, authorityFile: …}",
);

/** Every key that a stack may set, below `airflow-linkerd:`. Nothing here reads a file or knows the stack. */
export const configSchema = z.strictObject({
    cluster: section(
        {
            kind: z.literal("existing", {
                error: 'it must be "existing": a cluster that is already there. Correct it.',
            }),
            kubeconfig: text('"~/.kube/config"'),
            context: text('"my-cluster"').optional(),
            name: text('"my-cluster"').optional(),
        },
        "{kind: existing, kubeconfig: ~/.kube/config}",
    ),
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
    mesh: section({ highAvailability: yesOrNo.default(true), chartValues }, "{highAvailability: true}").prefault({}),
    airflow: section(
        {
            version: z
                .string({ error: 'it must be text. Write it in quotes, as "3.3.2".' })
                .regex(/^3\.\d+\.\d+$/, { error: 'it must be a release of Airflow 3, such as "3.3.2". Correct it.' })
                .default("3.3.2"),
            hostname: dnsName('"airflow.example.com"').optional(),
            highAvailability: yesOrNo.default(true),
            database: z.discriminatedUnion("kind", [inClusterDatabase, externalDatabase], {
                error: (issue) =>
                    issue.code === "invalid_union"
                        ? 'it must be "external", or "in-cluster" in a stack for development. Correct it.'
                        : "it must be a map. Write it as {kind: external, host: …, password: {secure: …}, authorityFile: …}.",
            }),
            chartValues,
        },
        "{database: {kind: external, …}}",
    ),
    login: z.preprocess(nothingIfEmpty, loginSchema.optional()),
});

export type ParsedConfig = z.infer<typeof configSchema>;
