import * as pulumi from "@pulumi/pulumi";

import { writeTaskLogs } from "../../components/airflow/logs/task-log-statements.ts";
import { readSecrets } from "../../components/airflow/secrets-backend/secrets-manager.ts";
import { type AwsAccount } from "../../components/aws/account.ts";
import { WorkloadRole } from "../../components/identity/roles/workload-role.ts";
import { BucketUse, bucketStatements } from "../../components/teams/bucket-statements.ts";
import { taskAccount, teamNamespace } from "../../components/teams/team-names.ts";
import { type AirflowSurroundings } from "../airflow/airflow-surroundings.ts";
import { type AwsFoundation } from "../foundation/aws-foundation.ts";
import { type PlatformConfig } from "../config.ts";
import { type TaskOwner, taskOwners } from "./team-tasks.ts";

/** The role of each team whose tasks use anything in AWS, by team. In a stack without teams all tasks have one. */
export function teamsInAws(
    { account, provider, binding, permissionsBoundary, namePrefix }: AwsFoundation,
    config: PlatformConfig,
    taskLogs: AirflowSurroundings["taskLogs"],
): Record<string, WorkloadRole> {
    return Object.fromEntries(
        taskOwners(config).flatMap((each) => {
            const { team, aws } = each;
            const policies = taskPolicies(each, { account, secrets: config.airflow.secrets, taskLogs });
            if (aws === undefined && Object.keys(policies).length === 0) {
                return [];
            }
            const role = new WorkloadRole(
                teamNamespace(team.name),
                {
                    binding,
                    serviceAccount: { namespace: teamNamespace(team.name), name: taskAccount },
                    policies,
                    policyArns: aws?.policyArns,
                    permissionsBoundary,
                    namePrefix,
                    allowWildcard: aws?.allowWildcard,
                    tags: { "airflow-linkerd/team": team.name },
                },
                { providers: [provider] },
            );
            return [[team.name, role]];
        }),
    );
}

/** What is in AWS for all tasks. */
interface ForTasks {
    readonly account: AwsAccount;
    readonly secrets?: PlatformConfig["airflow"]["secrets"];
    readonly taskLogs?: AirflowSurroundings["taskLogs"];
}

/** What the tasks of one owner may do in AWS, by the name of the policy. */
export function taskPolicies({ aws }: Pick<TaskOwner, "aws">, { account, secrets, taskLogs }: ForTasks) {
    const secretsPath = aws?.secretsPath ?? secrets?.tasksPath;
    const data = [
        ...bucketStatements(account.partition, BucketUse.read, aws?.read ?? []),
        ...bucketStatements(account.partition, BucketUse.write, aws?.write ?? []),
    ];
    return {
        ...(taskLogs && {
            logs: pulumi.output(taskLogs).apply((place) => writeTaskLogs({ account, ...place })),
        }),
        ...(secretsPath !== undefined && {
            secrets: readSecrets({ account, path: secretsPath, keyArn: secrets?.keyArn }),
        }),
        ...(data.length > 0 && { buckets: data }),
        ...(aws !== undefined && aws.statements.length > 0 && { own: aws.statements }),
    };
}
