import { type Problem } from "../../components/problem.ts";
import { ClusterKind } from "./cluster-schema.ts";
import { type ParsedConfig } from "./schema.ts";
import { logBucketName } from "./task-logs-rules.ts";
import { TaskLogsKind } from "./task-logs-schema.ts";

/** Refuses the platform's own buckets among those of a team. */
export function bucketProblems(config: ParsedConfig): Problem[] {
    const whose = platformBuckets(config);
    return config.teams.flatMap(({ aws }, team) =>
        (["read", "write"] as const).flatMap((how) =>
            (aws?.[how] ?? []).flatMap((place, index) => {
                const [bucket = ""] = place.split("/");
                const holds = whose.get(bucket);
                return holds === undefined
                    ? []
                    : [
                          {
                              path: ["teams", team, "aws", how, index],
                              value: place,
                              rule: `that bucket holds ${holds}. Name one of the team's.`,
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
