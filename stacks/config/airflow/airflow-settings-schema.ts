import { z } from "zod";

import { PullPolicy } from "../../../components/airflow/airflow-image.ts";
import { TaskVolumeKind } from "../../../components/airflow/tasks/task-additions.ts";
import { memory } from "../quantity-schema.ts";
import { choice, dnsName, list, section, text, yesOrNo } from "../section.ts";

// Each message is the rule and the way out; the key and the value are put before it.

export const digest = text('"sha256:…"').regex(/^sha256:[0-9a-f]{64}$/, {
    error: "it must be sha256: and 64 digits from 0 to f, as a registry gives it. Correct it.",
});

/** The key `airflow.image`. */
export const imageSchema = section(
    {
        repository: text('"registry.example.com/airflow"')
            .regex(/^[a-z0-9][a-z0-9._-]*(:\d+)?(\/[a-z0-9._-]+)*$/, {
                error: "it must be an image's name in lower case, without a tag: that goes into tag. Correct it.",
            })
            .optional(),
        tag: text('"3.3.2-1"')
            .regex(/^\w[\w.-]{0,127}$/, { error: 'it must be letters, digits and "_.-", at most 128. Correct it.' })
            .optional(),
        digest: digest.optional(),
        pullPolicy: choice(PullPolicy).default(PullPolicy.ifNotPresent),
        pullSecret: dnsName('"registry-login"').optional(),
        credentials: section(
            {
                registry: text('"registry.example.com"')
                    .regex(/^[a-z0-9.-]+(:\d+)?$/, { error: "it must be the registry's host alone. Correct it." })
                    .optional(),
                user: text('"airflow"'),
                password: text("a secret"),
            },
            "{user: airflow, password: {secure: …}}",
        ).optional(),
    },
    "{repository: registry.example.com/airflow, tag: 3.3.2-1}",
);

/** A map of names that fit the pattern. */
const named = <Value extends z.ZodType>(pattern: RegExp, nameRule: string, value: Value, rule: string) =>
    z.record(z.string().regex(pattern), value, {
        error: (issue) => (issue.code === "invalid_key" ? nameRule : rule),
    });

const configName = /^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/;

/** Options by section, as airflow.cfg has them. */
const sections = <Value extends z.ZodType>(value: Value, example: string) =>
    named(
        configName,
        'a section has lower-case letters, digits and "_" in its name. Correct it.',
        named(
            configName,
            'an option has lower-case letters, digits and "_" in its name. Correct it.',
            value,
            `it must be a map of options. Write the section as ${example}.`,
        ),
        `it must be a map of sections. Write it as ${example}.`,
    );

const option = z
    .union([z.string(), z.number(), z.boolean()], {
        error:
            "it must be text, a number, true or false: airflow.cfg has no lists. Write a list as text, as Airflow " +
            "documents it.",
    })
    .refine((value) => !/[\r\n]/.test(String(value)), { error: "it must be one line. Correct it." });

const secret = z
    .string({ error: "it must be text, encrypted. Set it with pulumi config set --secret --path." })
    .min(1, { error: "it must not be empty. Set it with pulumi config set --secret --path." });

/** The key `airflow.config`. */
export const configSchema = sections(option, "{smtp: {smtp_host: mail.example.com}}");

/** The key `airflow.secretConfig`: options whose values are secrets. */
export const secretConfigSchema = sections(secret, "{sentry: {sentry_dsn: {secure: …}}}");

/**
 * The key `airflow.unlistedConfig`: sections, or options as `section.option`, that a plugin or a further provider of the
 * stack's image reads, and that are not in Airflow's own list.
 */
export const unlistedConfigSchema = list(
    text('"my_plugin"').regex(configName, {
        error: 'it must be a section, or an option as section.option, in lower-case letters, digits and "_". Correct it.',
    }),
    "[my_plugin]",
).default([]);

/** The keys `airflow.connections` and `airflow.variables`. Two names that differ in case alone would be one to Airflow. */
export const lookupsSchema = (example: string) =>
    named(
        /^[a-z][a-z0-9_]{0,199}$/,
        'its name must have lower-case letters, digits and "_" alone; tasks find it in any case. Correct it.',
        secret,
        `it must be a map. Write it as ${example}.`,
    );

const objectName = dnsName('"warehouse"');

const path = text('"/etc/warehouse"').regex(/^(\/[\w.-]+)+$/, {
    error: "it must be a folder from the container's root, without a slash at its end. Correct it.",
});

const volume = z.discriminatedUnion(
    "kind",
    [
        section({ kind: z.literal(TaskVolumeKind.secret), name: objectName, path }, "{kind: secret, name, path}"),
        section(
            { kind: z.literal(TaskVolumeKind.configMap), name: objectName, path },
            "{kind: config-map, name, path}",
        ),
        section(
            { kind: z.literal(TaskVolumeKind.claim), name: objectName, path, readOnly: yesOrNo.default(true) },
            "{kind: claim, name, path}",
        ),
        section({ kind: z.literal(TaskVolumeKind.emptyDir), size: memory, path }, "{kind: empty-dir, size: 1Gi, path}"),
    ],
    {
        error: (issue) =>
            issue.code === "invalid_union"
                ? "it must be secret, config-map, claim or empty-dir. Correct it."
                : "it must be a map. Write it as {kind: secret, name: warehouse, path: /etc/warehouse}.",
    },
);

const quantity = text('"2Gi"').regex(/^\d+(\.\d+)?([numkMGTPE]|[KMGTPE]i)?$/, {
    error: 'it must be an amount as Kubernetes writes it, such as "2Gi". Correct it.',
});

const amounts = z
    .record(z.string(), quantity, { error: "it must be a map. Write it as {ephemeral-storage: 2Gi}." })
    .default({});

/** The key `airflow.tasks`: what every task gets besides what Airflow needs. */
export const tasksSchema = section(
    {
        env: named(
            /^[A-Za-z_]\w*$/,
            "a variable has letters, digits and _ in its name. Correct it.",
            z.string({ error: 'it must be text. Write it in quotes, as "1".' }),
            'it must be a map. Write it as {TZ: "Europe/Berlin"}.',
        ).default({}),
        envFrom: section(
            {
                secrets: list(objectName, "[warehouse]").default([]),
                configMaps: list(objectName, "[warehouse]").default([]),
            },
            "{secrets: [warehouse], configMaps: [endpoints]}",
        ).prefault({}),
        volumes: list(volume, "[{kind: secret, name: warehouse, path: /etc/warehouse}]").default([]),
        resources: section(
            { requests: amounts, limits: amounts },
            "{requests: {ephemeral-storage: 2Gi}, limits: {ephemeral-storage: 4Gi}}",
        ).prefault({}),
    },
    '{env: {TZ: "Europe/Berlin"}}',
);
