import type * as aws from "@pulumi/aws";

/** How long task logs are kept, and where. */
export interface TaskLogRetention {
    /** Days until a log moves to cheaper storage (Standard-IA), at least 30. Defaults to 30. */
    readonly infrequentAccessAfterDays?: number;
    /** Days until a log is deleted, or `never`. Defaults to 365. */
    readonly expireAfterDays?: number | "never";
    /** Days for which an overwritten or deleted version can be restored. Defaults to 30. */
    readonly keepOldVersionsDays?: number;
    /** Days until the parts of an incomplete upload are deleted. Defaults to 7. */
    readonly abortUploadsAfterDays?: number;
}

/** S3 Object Lock: objects cannot be deleted or overwritten for a number of days. */
export interface ObjectLock {
    /** `governance` can be bypassed with a permission of its own; `compliance` by nobody, not even AWS. */
    readonly mode: "governance" | "compliance";
    readonly days: number;
}

const defaults = {
    infrequentAccessAfterDays: 30,
    expireAfterDays: 365,
    keepOldVersionsDays: 30,
    abortUploadsAfterDays: 7,
} as const satisfies Required<TaskLogRetention>;

/** What S3 would refuse of it, each with its path below `field`. */
export function retentionProblems(field: string, retention: TaskLogRetention, lock?: ObjectLock): string[] {
    const { infrequentAccessAfterDays: later, expireAfterDays: gone, ...others } = { ...defaults, ...retention };
    const isDays = (value: number) => Number.isInteger(value) && value >= 1;
    const days = { ...others, ...(lock ? { "objectLock.days": lock.days } : {}) };
    return [
        ...(Number.isInteger(later) && later >= 30
            ? []
            : [`${field}.infrequentAccessAfterDays is ${later}: S3 wants whole days, at least 30. Raise it.`]),
        ...(gone === "never" || (Number.isInteger(gone) && gone > later)
            ? []
            : [
                  `${field}.expireAfterDays is ${gone}: it must be whole days, more than infrequentAccessAfterDays ` +
                      `(${later}), or "never". Raise it.`,
              ]),
        ...Object.entries(days).flatMap(([name, value]) =>
            isDays(value)
                ? []
                : [`${field}.${name} is ${value}: it must be a whole number of days, from 1. Correct it.`],
        ),
    ];
}

/** The bucket's lifecycle rules. */
export function lifecycleRules(retention: TaskLogRetention): aws.types.input.s3.BucketLifecycleConfigurationRule[] {
    const { infrequentAccessAfterDays, expireAfterDays, keepOldVersionsDays, abortUploadsAfterDays } = {
        ...defaults,
        ...retention,
    };
    return [
        {
            id: "task-logs",
            status: "Enabled",
            // The whole bucket.
            filter: {},
            transitions: [{ days: infrequentAccessAfterDays, storageClass: "STANDARD_IA" }],
            ...(expireAfterDays === "never" ? {} : { expiration: { days: expireAfterDays } }),
            noncurrentVersionExpiration: { noncurrentDays: keepOldVersionsDays },
            abortIncompleteMultipartUpload: { daysAfterInitiation: abortUploadsAfterDays },
        },
    ];
}
