import { type AwsAccount } from "../../components/aws/account.ts";
import { roleName } from "../../components/aws/role-name.ts";
import { type Workload } from "../../components/connection.ts";
import { type BindingKind } from "../../components/identity/roles/role-binding.ts";
import { type PlatformConfig } from "../../stacks/config.ts";
import { ClusterKind } from "../../stacks/config/cluster/cluster-schema.ts";
import { logBucketName } from "../../stacks/config/airflow/task-logs-rules.ts";
import { TaskLogsKind } from "../../stacks/config/airflow/task-logs-schema.ts";
import { type TeamAws } from "../../stacks/config/teams/team.ts";

/** The IAM role of a kind of task. */
export interface TaskRole {
    readonly arn: string;
    readonly name: string;
    /** How the pods get it. */
    readonly binding: BindingKind;
    readonly account: AwsAccount;
    /** What it lets them do, each as a sentence without an end. */
    readonly may: readonly string[];
    /** Why its policies need wildcards. */
    readonly allowWildcard?: string;
}

type Stack = Pick<PlatformConfig, "cluster" | "airflow">;

/** The cluster as AWS knows it. Undefined outside AWS. */
export function clusterInAws({ cluster }: Stack) {
    return cluster.kind === ClusterKind.eks ? cluster : cluster.aws;
}

/** The role of tasks that run as this workload. Undefined where they use nothing in AWS. */
export function taskRole(stack: Stack, tasks: Workload, own: TeamAws | undefined): TaskRole | undefined {
    const inAws = clusterInAws(stack);
    if (inAws === undefined) {
        return undefined;
    }
    const { account, name: clusterName, identity } = inAws;
    const may = [...shared(stack, clusterName, account, own), ...(own === undefined ? [] : ownRights(own))];
    if (own === undefined && may.length === 0) {
        return undefined;
    }
    const name = roleName([clusterName, tasks.namespace, tasks.serviceAccount ?? ""]);
    return {
        arn: `arn:${account.partition}:iam::${account.id}:role/${name}`,
        name,
        binding: identity,
        account,
        may,
        ...(own?.allowWildcard !== undefined && { allowWildcard: own.allowWildcard }),
    };
}

/** What the platform gives the tasks of every team. */
function shared({ airflow }: Stack, clusterName: string, { id }: AwsAccount, own: TeamAws | undefined): string[] {
    const { logs, secrets } = airflow;
    const secretsPath = own?.secretsPath ?? secrets?.tasksPath;
    return [
        ...(logs?.kind === TaskLogsKind.s3
            ? [`write and read task logs in s3://${logs.bucketName ?? logBucketName(clusterName, id)}`]
            : []),
        ...(secretsPath === undefined ? [] : [`read secrets below ${secretsPath}/`]),
    ];
}

function ownRights({ read, write, statements, policyArns }: TeamAws): string[] {
    return [
        ...read.map((place) => `read s3://${place}`),
        ...write.map((place) => `read, write and delete s3://${place}`),
        ...statements.map(
            ({ sid, effect = "Allow", actions, resources, allResourcesBut, conditions }) =>
                `${sid}: ${effect} ${actions.join(", ")} on ` +
                (resources === undefined
                    ? `everything but ${(allResourcesBut ?? []).join(", ")}`
                    : resources.join(", ")) +
                (conditions === undefined ? "" : ` where ${JSON.stringify(conditions)}`),
        ),
        ...policyArns.map((arn) => `what ${arn} allows`),
    ];
}
