/**
 * How many days CloudWatch can keep logs:
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
export const retentionDays = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** Why CloudWatch cannot keep logs for that many days: the rule and the way out. Undefined when it can. */
export function retentionProblem(days: number): string | undefined {
    return retentionDays.some((allowed) => allowed === days)
        ? undefined
        : `CloudWatch keeps logs only for some numbers of days. Choose one of ${retentionDays.join(", ")}.`;
}
