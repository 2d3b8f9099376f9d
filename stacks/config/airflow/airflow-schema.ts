import { z } from "zod";

import { defaultAirflowVersion } from "../../../components/airflow/airflow-image.ts";
import { type AirflowSizes, defaultSizes } from "../../../components/airflow/airflow-sizes.ts";
import { type Concurrency, defaultConcurrency } from "../../../components/airflow/concurrency.ts";
import { defaultKeys } from "../../../components/airflow/keys/key-generations.ts";
import { defaultRetention, type Retention } from "../../../components/airflow/retention.ts";
import {
    configSchema,
    imageSchema,
    lookupsSchema,
    secretConfigSchema,
    tasksSchema,
    unlistedConfigSchema,
} from "./airflow-settings-schema.ts";
import { dagBundles } from "./dag-bundle-schema.ts";
import { databaseSchema } from "./database-schema.ts";
import { cpu, memory } from "../quantity-schema.ts";
import { isSafeOrigin } from "../safe-address.ts";
import { chartValues, dnsName, section, text, wholeNumber, yesOrNo } from "../section.ts";
import { taskLogsSchema } from "./task-logs-schema.ts";
import { tasksAwsSchema } from "../teams/team-aws-schema.ts";

// Each message is the rule and the way out; the key and the value are put before it.

const container = (of: AirflowSizes["task"]) => ({
    cpu: cpu.default(of.cpu),
    memory: memory.default(of.memory),
    memoryLimit: of.memoryLimit === undefined ? memory.optional() : memory.default(of.memoryLimit),
});

const component = (of: AirflowSizes["scheduler"]) =>
    section({ ...container(of), replicas: wholeNumber(1).optional() }, '{cpu: "500m", memory: "2Gi"}').prefault({});

const sizes = section(
    {
        scheduler: component(defaultSizes.scheduler),
        apiServer: component(defaultSizes.apiServer),
        dagProcessor: component(defaultSizes.dagProcessor),
        triggerer: component(defaultSizes.triggerer),
        pgbouncer: component(defaultSizes.pgbouncer),
        task: section(container(defaultSizes.task), '{cpu: "500m", memory: "1Gi"}').prefault({}),
    } satisfies Record<keyof AirflowSizes, z.ZodType>,
    '{scheduler: {memory: "2Gi"}}',
).prefault({});

const concurrency = section(
    {
        parallelism: wholeNumber(1).default(defaultConcurrency.parallelism),
        maxActiveTasksPerDag: wholeNumber(1).default(defaultConcurrency.maxActiveTasksPerDag),
        maxActiveRunsPerDag: wholeNumber(1).default(defaultConcurrency.maxActiveRunsPerDag),
        workerPodsCreationBatchSize: wholeNumber(1).default(defaultConcurrency.workerPodsCreationBatchSize),
        taskStartMinutes: wholeNumber(1, " of minutes")
            .max(25, { error: "it must be at most 25: pods that pend for half an hour are cleaned up. Lower it." })
            .default(defaultConcurrency.taskStartMinutes),
        parsingProcesses: wholeNumber(1).default(defaultConcurrency.parsingProcesses),
        triggererCapacity: wholeNumber(1).default(defaultConcurrency.triggererCapacity),
        databaseConnections: wholeNumber(5).default(defaultConcurrency.databaseConnections),
    } satisfies Record<keyof Concurrency, z.ZodType>,
    "{parallelism: 64}",
).prefault({});

const pool = section(
    {
        name: text('"warehouse"').max(256, { error: "it must have at most 256 characters. Shorten it." }),
        slots: wholeNumber(-1),
        description: z
            .string({ error: 'it must be text. Write it as "what the warehouse takes at once".' })
            .default(""),
        includeDeferred: yesOrNo.default(false),
    },
    "{name: warehouse, slots: 4}",
);

const schedule = text('"30 2 * * *"').regex(/^([\d*/,-]+ ){4}[\d*/,-]+$/, {
    error: 'it must be a cron expression of five fields, in UTC, such as "30 2 * * *". Correct it.',
});

const retention = section(
    {
        componentLogsDays: wholeNumber(1, " of days").default(defaultRetention.componentLogsDays),
        metadataDays: wholeNumber(1, " of days").default(defaultRetention.metadataDays),
        metadataSchedule: schedule.default(defaultRetention.metadataSchedule),
        podsSchedule: schedule.default(defaultRetention.podsSchedule),
    } satisfies Record<keyof Retention, z.ZodType>,
    "{metadataDays: 90}",
).prefault({});

const generation = wholeNumber(1);

const keys = section(
    {
        fernet: section(
            {
                generations: z
                    .array(generation, { error: "it must be a list of generations. Write it as [1]." })
                    .min(1, { error: "it must have a generation, or nothing can be encrypted. Write it as [1]." })
                    .default([...defaultKeys.fernet.generations]),
                encrypts: generation.default(defaultKeys.fernet.encrypts),
            },
            "{generations: [1], encrypts: 1}",
        ).prefault({}),
        jwt: generation.default(defaultKeys.jwt),
    },
    "{fernet: {generations: [1], encrypts: 1}, jwt: 1}",
).prefault({});

/** The key `airflow.secrets`: folders of AWS Secrets Manager in which Airflow looks for connections and variables. */
const secrets = section(
    {
        /** Read by the API server, which gives a secret to every task that asks for it by name. */
        platformPath: text('"airflow-prod/platform"').optional(),
        /** Read by tasks, each with the rights of its own role. */
        tasksPath: text('"airflow-prod/tasks"').optional(),
        /** ARN of the KMS key that encrypts those secrets. Defaults to AWS's own key. */
        keyArn: text('"arn:aws:kms:eu-central-1:123456789012:key/…"')
            .regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, {
                error: "it must be the ARN of a key of KMS. Correct it.",
            })
            .optional(),
    },
    "{platformPath: airflow-prod/platform, tasksPath: airflow-prod/tasks}",
);

/** The key `airflow` of a stack. */
export const airflowSchema = section(
    {
        version: z
            .string({ error: `it must be text. Write it in quotes, as "${defaultAirflowVersion}".` })
            .regex(/^3\.\d+\.\d+$/, {
                error: `it must be a release of Airflow 3, such as "${defaultAirflowVersion}". Correct it.`,
            })
            .default(defaultAirflowVersion),
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
        secrets: secrets.optional(),
        sizes,
        concurrency,
        pools: z.array(pool, { error: "it must be a list. Write it as [{name: warehouse, slots: 4}]." }).default([]),
        /** Defaults to the image's own folder. The default is not here, because a stack with teams may have none. */
        dagBundles: dagBundles.optional(),
        retention,
        keys,
        /** In a stack without teams; each team has a key of its own for it. */
        launchPods: yesOrNo.default(false),
        /** In a stack without teams; each team has a key of its own for it. */
        aws: tasksAwsSchema.optional(),
        image: imageSchema.optional(),
        config: configSchema.default({}),
        secretConfig: secretConfigSchema.default({}),
        unlistedConfig: unlistedConfigSchema,
        tasks: tasksSchema.prefault({}),
        connections: lookupsSchema("{warehouse: {secure: …}}").default({}),
        variables: lookupsSchema("{greeting: {secure: …}}").default({}),
        chartValues,
    },
    "{database: {kind: external, …}}",
);
