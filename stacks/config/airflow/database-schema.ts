import { z } from "zod";

import { DatabaseKind } from "../../../components/airflow/database/database.ts";
import { ApplyChanges } from "../../../components/airflow/rds/apply-changes.ts";
import { RdsEngine } from "../../../components/airflow/rds/rds-engine.ts";
import { defaultPostgresMajor } from "../../../components/airflow/rds/rds-settings.ts";
import { choice, dnsName, section, text, wholeNumber, yesOrNo } from "../section.ts";

// Each message is the rule and the way out; the key and the value are put before it.

/** Written into PgBouncer's files, where a line break begins another entry. */
const oneLine = (example: string) =>
    text(example).regex(/^[^\r\n\0]*$/, {
        error: "it must have no line break, which PgBouncer cannot read. Take it out, also at the end.",
    });

const port = z
    .int({ error: "it must be a whole number. PostgreSQL's port is 5432." })
    .min(1, { error: "it must be a port from 1 to 65535. PostgreSQL's is 5432." })
    .max(65535, { error: "it must be a port from 1 to 65535. PostgreSQL's is 5432." });

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

/** As RDS writes them: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
const time = "([01]\\d|2[0-3]):[0-5]\\d";
const day = "(mon|tue|wed|thu|fri|sat|sun)";

/** Optional keys have the defaults of `RdsServer`, which depend on the engine. */
const rdsDatabase = section(
    {
        kind: z.literal(DatabaseKind.rds),
        engine: choice(RdsEngine).default(RdsEngine.postgresql),
        instanceClass: text('"db.m7g.large"')
            .regex(/^db\.[a-z0-9-]+\.[a-z0-9]+$/, {
                error: 'it must be a class of instance, such as "db.m7g.large". Correct it.',
            })
            .optional(),
        instances: wholeNumber(1).optional(),
        storageGb: wholeNumber(20).optional(),
        maxStorageGb: wholeNumber(20).optional(),
        backupDays: wholeNumber(1).optional(),
        monitoringSeconds: wholeNumber(0).optional(),
        backupWindow: text('"02:00-03:00"')
            .regex(new RegExp(`^${time}-${time}$`), {
                error: 'it must be two times of day in UTC. Write it as "02:00-03:00".',
            })
            .optional(),
        maintenanceWindow: text('"sun:03:30-sun:04:30"')
            .regex(new RegExp(`^${day}:${time}-${day}:${time}$`), {
                error: 'it must be two times of the week in UTC. Write it as "sun:03:30-sun:04:30".',
            })
            .optional(),
        version: z
            .string({ error: `it must be text. Write it as "${defaultPostgresMajor}".` })
            .default(defaultPostgresMajor),
        /** Whether a deployment may upgrade to another major version. */
        allowUpgrade: yesOrNo.default(false),
        /** When changes are made that interrupt the server. */
        applyChanges: choice(ApplyChanges).default(ApplyChanges.window),
        authorityFile: text('"certificates/database.pem"').optional(),
        passwordGeneration: wholeNumber(1).default(1),
    },
    "{kind: rds}",
);

/** The key `airflow.database` of a stack. */
export const databaseSchema = z.discriminatedUnion("kind", [inClusterDatabase, externalDatabase, rdsDatabase], {
    error: (issue) =>
        issue.code === "invalid_union"
            ? 'it must be "rds" or "external", or "in-cluster" in a stack for development. Correct it.'
            : "it must be a map. Write it as {kind: external, host: …, password: {secure: …}, authorityFile: …}.",
});
