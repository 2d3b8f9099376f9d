import { z } from "zod";

import { defaultLifetimes } from "../../components/mesh/trust/lifetimes.ts";
import { digestedImages } from "../../components/images.ts";
import { airflowSchema } from "./airflow/airflow-schema.ts";
import { digest } from "./airflow/airflow-settings-schema.ts";
import { clusterSchema } from "./cluster/cluster-schema.ts";
import { entranceSchema } from "./entrance/entrance-schema.ts";
import { existingSchema } from "./cluster/existing-schema.ts";
import { chartValues, dnsName, list, oneOf, section, text, yesOrNo } from "./section.ts";
import { loginSchema } from "./login/login-schema.ts";
import { meshPolicyKeys } from "./mesh/mesh-schema.ts";
import { teamCredentialsSchema, teamsFileSchema, teamsSchema } from "./teams/team-schema.ts";

// Each message is the rule and the way out; the key and the value are put before it.

const hours = z.number({ error: "it must be a number of hours. Write it without a unit." });

const generation = z
    .int({ error: "it must be a whole number from 1. Number generations 1, 2, 3 and so on." })
    .min(1, { error: "it must be a whole number from 1. Number generations 1, 2, 3 and so on." });

/** Pulumi.yaml must give an optional key a default, and cannot say "none": an empty map stands for it. */
const nothingIfEmpty = (value: unknown) => (JSON.stringify(value) === "{}" ? undefined : value);

/** Parts that hold data, or that everything else depends on. A stack must name those that may be replaced. */
const replaceable = ["cluster", "database", "logs", "network"] as const;

/** Every key that a stack may set, below `airflow-linkerd:`. Rules that read files or the stack's name are elsewhere. */
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
            envoyGateway: text('"envoy-gateway.yaml"')
                .regex(/^(?!\w+:\/\/)|^https:\/\/./, {
                    error: "it must be a file, or an address that begins with https://. Correct it.",
                })
                .optional(),
        },
        "{mirror: charts}",
    ).prefault({}),
    images: section(
        {
            mirror: text('"registry.example.com/mirror"')
                .regex(/^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9._-]+)*$/, {
                    error: "it must be a registry's host, with a path where it has one, without https:// and a slash at its end. Correct it.",
                })
                .optional(),
            digests: section(
                Object.fromEntries(digestedImages.map((name) => [name, digest.optional()])),
                '{airflow: "sha256:…"}',
            ).prefault({}),
        },
        "{mirror: registry.example.com/mirror, digests: …}",
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
    airflow: airflowSchema,
    entrance: z.preprocess(nothingIfEmpty, entranceSchema.optional()),
    existing: existingSchema,
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
    teams: teamsSchema,
    teamsFile: teamsFileSchema,
    teamCredentials: teamCredentialsSchema,
});

export type ParsedConfig = z.infer<typeof configSchema>;
