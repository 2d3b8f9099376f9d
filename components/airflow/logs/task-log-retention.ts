import type * as aws from "@pulumi/aws";

import { type KeyPath, type Problem } from "../../problem.ts";

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

/** What S3 would refuse of it. */
export function retentionProblems(retention: TaskLogRetention, lock?: ObjectLock): Problem[] {
    const { infrequentAccessAfterDays: later, expireAfterDays: gone, ...others } = { ...defaults, ...retention };
    const isDays = (value: number) => Number.isInteger(value) && value >= 1;
    const days: [KeyPath, number][] = [
        ...Object.entries(others).map(([name, value]): [KeyPath, number] => [[name], value]),
        ...(lock ? [[["objectLock", "days"], lock.days] as [KeyPath, number]] : []),
    ];
    return [
        ...(Number.isInteger(later) && later >= 30
            ? []
            : [
                  {
                      path: ["infrequentAccessAfterDays"],
                      value: later,
                      rule: "S3 wants whole days, at least 30. Raise it.",
                  },
              ]),
        ...(gone === "never" || (Number.isInteger(gone) && gone > later)
            ? []
            : [
                  {
                      path: ["expireAfterDays"],
                      value: gone,
                      rule: `it must be whole days, more than infrequentAccessAfterDays (${later}), or "never". Raise it.`,
                  },
              ]),
        ...days
            .filter(([, value]) => !isDays(value))
            .map(([path, value]) => ({
                path,
                value,
                rule: "it must be a whole number of days, from 1. Correct it.",
            })),
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
