import { z } from "zod";

import { choice, section, text, wholeNumber } from "../section.ts";

// Each message is the rule and the way out; the key and the value are put before it.

/** Where the logs of tasks are kept. */
export const TaskLogsKind = {
    /** On a volume in the cluster that all tasks share, for development. */
    volume: "volume",
    /** In a bucket of S3 that the stack makes. */
    s3: "s3",
} as const;

const onVolume = section(
    {
        kind: z.literal(TaskLogsKind.volume),
        storageGb: wholeNumber(1, " of gibibytes").default(8),
        hostPath: z
            .string({
                error:
                    "a volume is one namespace's, and tasks run in others than Airflow. Name a folder of the node that they " +
                    'share, as "/var/lib/airflow-task-logs", or leave logs out.',
            })
            .regex(/^(\/[\w.-]*[\w-][\w.-]*)+$/, {
                error: 'it must be a folder of the node, from its root and without "..". Write it as "/var/lib/airflow-task-logs".',
            }),
    },
    "{kind: volume, hostPath: /var/lib/airflow-task-logs}",
);

const days = (least: number) => wholeNumber(least, " of days");

const inBucket = section(
    {
        kind: z.literal(TaskLogsKind.s3),
        bucketName: text('"airflow-prod-task-logs"')
            .regex(/^(?=.{3,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])$/, {
                error: 'it must be 3 to 63 lower-case letters, digits and "-". Correct it.',
            })
            .optional(),
        accessLogBucket: text('"access-logs"').optional(),
        withoutAccessLogs: text('"CloudTrail records who reads objects in this account"').optional(),
        infrequentAccessAfterDays: days(30).optional(),
        expireAfterDays: z
            .union([days(1), z.literal("never")], {
                error: 'it must be a whole number of days from 1, or "never". Correct it.',
            })
            .optional(),
        keepOldVersionsDays: days(1).optional(),
        abortUploadsAfterDays: days(1).optional(),
        objectLock: section(
            { mode: choice({ governance: "governance", compliance: "compliance" }), days: days(1) },
            "{mode: governance, days: 90}",
        ).optional(),
    },
    "{kind: s3, accessLogBucket: …}",
);

/** The key `airflow.logs` of a stack. */
export const taskLogsSchema = z.discriminatedUnion("kind", [onVolume, inBucket], {
    error: (issue) =>
        issue.code === "invalid_union"
            ? "it must be s3, or volume in a stack for development. Correct it, or leave logs out."
            : "it must be a map. Write it as {kind: s3, accessLogBucket: …}.",
});
