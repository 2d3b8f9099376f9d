import { type Problem } from "../../../components/problem.ts";
import { ClusterKind } from "../cluster/cluster-schema.ts";
import { type ParsedConfig } from "../schema.ts";
import { logBucketName } from "../airflow/task-logs-rules.ts";
import { TaskLogsKind } from "../airflow/task-logs-schema.ts";

/** Refuses the platform's own buckets among those of a team, or of the tasks of a stack without teams. */
export function bucketProblems(config: ParsedConfig): Problem[] {
    const whose = platformBuckets(config);
    const owners = [
        { path: ["airflow", "aws"], aws: config.airflow.aws },
        ...config.teams.map(({ aws }, team) => ({ path: ["teams", team, "aws"], aws })),
    ];
    return owners.flatMap(({ path, aws }) =>
        (["read", "write"] as const).flatMap((how) =>
            (aws?.[how] ?? []).flatMap((place, index) => {
                const [bucket = ""] = place.split("/");
                const holds = whose.get(bucket);
                return holds === undefined
                    ? []
                    : [
                          {
                              path: [...path, how, index],
                              value: place,
                              rule: `that bucket holds ${holds}. Name another.`,
                          },
                      ];
            }),
        ),
    );
}

/** The platform's buckets with what each holds. */
function platformBuckets({ cluster, airflow: { logs } }: ParsedConfig): ReadonlyMap<string, string> {
    const aws = cluster.kind === ClusterKind.eks ? cluster : cluster.aws;
    if (aws === undefined) {
        return new Map();
    }
    return new Map([
        ...aws.stateBucketArns.map(
            (arn) => [arn.split(":").at(-1) ?? "", "the state of stacks, with their secrets"] as const,
        ),
        ...(logs?.kind === TaskLogsKind.s3
            ? [[logs.bucketName ?? logBucketName(aws.name, aws.accountId), "the logs of every team's tasks"] as const]
            : []),
    ]);
}
