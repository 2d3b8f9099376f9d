import { retentionProblems } from "../../components/airflow/logs/task-log-retention.ts";
import { type Refuse, type Report } from "./problems.ts";
import { type ParsedConfig } from "./schema.ts";
import { isForDevelopment } from "./development.ts";
import { TaskLogsKind } from "./task-logs-schema.ts";

type Parsed = ParsedConfig["airflow"];

export function checkedTaskLogs(logs: Parsed["logs"], stack: string, refuse: Refuse, report: Report) {
    if (logs === undefined) {
        return undefined;
    }
    if (logs.kind === TaskLogsKind.volume) {
        if (!isForDevelopment(stack)) {
            refuse(
                ["logs", "kind"],
                logs.kind,
                `every task can read and overwrite the logs of all others there, so it is only for stacks named "dev" or ` +
                    `"dev-…", and this one is "${stack}". Set it to s3, or leave logs out.`,
            );
        }
        return logs;
    }
    const { kind, bucketName, accessLogBucket, withoutAccessLogs, objectLock, ...retention } = logs;
    report(retentionProblems("airflow.logs", retention, objectLock));
    if (accessLogBucket === undefined && withoutAccessLogs === undefined) {
        refuse(
            ["logs", "accessLogBucket"],
            accessLogBucket,
            "S3 must be told where to write who read the logs. Name a bucket, or say in withoutAccessLogs why nobody need " +
                "know.",
        );
    }
    if (accessLogBucket !== undefined && withoutAccessLogs !== undefined) {
        refuse(
            ["logs", "withoutAccessLogs"],
            withoutAccessLogs,
            "accessLogBucket names a place for who read the logs. Leave one of the two out.",
        );
    }
    const accessLogs =
        accessLogBucket === undefined ? { none: withoutAccessLogs ?? "" } : { bucketName: accessLogBucket };
    return { kind, bucketName, accessLogs, objectLock, retention };
}
