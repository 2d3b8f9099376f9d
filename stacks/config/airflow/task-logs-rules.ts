import { retentionProblems } from "../../../components/airflow/logs/task-log-retention.ts";
import { type Problem } from "../../../components/problem.ts";
import { isForDevelopment } from "../development.ts";
import { type ParsedConfig } from "../schema.ts";
import { TaskLogsKind } from "./task-logs-schema.ts";

type ParsedLogs = ParsedConfig["airflow"]["logs"];
type LogsInBucket = Extract<ParsedLogs, { kind: typeof TaskLogsKind.s3 }>;

export function taskLogsProblems(logs: ParsedLogs, stack: string): Problem[] {
    if (logs?.kind === TaskLogsKind.volume) {
        return isForDevelopment(stack)
            ? []
            : [
                  {
                      path: ["kind"],
                      value: logs.kind,
                      rule:
                          `every task can read and overwrite the logs of all others there, so it is only for stacks named ` +
                          `"dev" or "dev-…", and this one is "${stack}". Set it to s3, or leave logs out.`,
                  },
              ];
    }
    return logs === undefined ? [] : bucketProblems(logs);
}

function bucketProblems({ accessLogBucket, withoutAccessLogs, objectLock, ...rest }: LogsInBucket): Problem[] {
    const { kind: _, bucketName: __, ...retention } = rest;
    return [
        ...retentionProblems(retention, objectLock),
        ...(accessLogBucket === undefined && withoutAccessLogs === undefined
            ? [
                  {
                      path: ["accessLogBucket"],
                      value: accessLogBucket,
                      rule:
                          "S3 must be told where to write who read the logs. Name a bucket, or say in withoutAccessLogs " +
                          "why nobody need know.",
                  },
              ]
            : []),
        ...(accessLogBucket !== undefined && withoutAccessLogs !== undefined
            ? [
                  {
                      path: ["withoutAccessLogs"],
                      value: withoutAccessLogs,
                      rule: "accessLogBucket names a place for who read the logs. Leave one of the two out.",
                  },
              ]
            : []),
    ];
}

export function taskLogsConfig(logs: ParsedLogs) {
    if (logs?.kind !== TaskLogsKind.s3) {
        return logs;
    }
    const { kind, bucketName, accessLogBucket, withoutAccessLogs, objectLock, ...retention } = logs;
    const accessLogs =
        accessLogBucket === undefined ? { none: withoutAccessLogs ?? "" } : { bucketName: accessLogBucket };
    return { kind, bucketName, accessLogs, objectLock, retention };
}

/** The bucket of tasks' logs, where the stack names none. */
export function logBucketName(clusterName: string, accountId: string): string {
    return `${clusterName}-${accountId}-task-logs`;
}
