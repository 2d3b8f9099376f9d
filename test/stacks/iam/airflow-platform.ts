import { awsPermissions } from "../../../components/airflow/aws-permissions.ts";
import { RdsServer } from "../../../components/airflow/rds/rds-server.ts";
import { TaskLogs } from "../../../components/airflow/logs/task-logs.ts";
import { EncryptionKey } from "../../../components/aws/encryption-key.ts";
import { PermissionsBoundary } from "../../../components/identity/roles/permissions-boundary.ts";
import { WorkloadRole } from "../../../components/identity/roles/workload-role.ts";
import { madeUpAccount } from "../../support/made-up-aws.ts";
import { underMocks } from "../../support/mocks.ts";
import { taskPolicies } from "../../../stacks/teams/teams-in-aws.ts";
import { accountOf, type AirflowArns } from "./airflow-matrix.ts";

const kinds = [
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:eks/podIdentityAssociation:PodIdentityAssociation",
    "aws:iam/policy:Policy",
    "aws:iam/role:Role",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:kms/alias:Alias",
    "aws:kms/key:Key",
    "aws:rds/instance:Instance",
    "aws:rds/parameterGroup:ParameterGroup",
    "aws:rds/subnetGroup:SubnetGroup",
    "random:index/randomString:RandomString",
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
];

const { id, region } = madeUpAccount;

/** What the rooms below come out as. */
export const arns: AirflowArns = {
    account: madeUpAccount,
    cluster: `arn:aws:eks:${region}:${id}:cluster/prod`,
    logs: "arn:aws:s3:::prod-task-logs",
    logsPrefix: "airflow",
    logsKey: `arn:aws:kms:${region}:${id}:key/logs-key-key`,
    state: "arn:aws:s3:::prod-state",
    platformSecrets: "airflow/platform",
    taskSecrets: "airflow/tasks",
    secretsKey: `arn:aws:kms:${region}:${id}:key/secrets-key`,
    database: `arn:aws:rds:${region}:${id}:db:prod-airflow`,
    databaseKey: `arn:aws:kms:${region}:${id}:key/database-key-key`,
    masterSecret: `arn:aws:secretsmanager:${region}:${id}:secret:rds!prod-airflow-AbCdEf`,
};

/** All of Airflow that has to do with AWS, put together as a stack does. */
export async function airflowOnAws() {
    const { registered } = await underMocks(kinds, () => {
        const account = madeUpAccount;
        const logs = new TaskLogs("logs", { account, bucketName: "prod-task-logs", accessLogs: { none: "a test" } });
        const database = new RdsServer("database", {
            account,
            identifier: "prod-airflow",
            network: { vpcId: "vpc-1", subnetIds: ["subnet-1"], clientSecurityGroupIds: { cluster: "sg-1" } },
        });
        const key = new EncryptionKey("secrets", {
            account,
            description: "Airflow's secrets",
            alias: "prod-secrets",
            onlyThrough: "secretsmanager",
        });
        const boundary = new PermissionsBoundary("boundary", { stateBucketArns: [arns.state], namePrefix: "prod" });
        const permissions = awsPermissions({
            account,
            taskLogs: { bucketArn: logs.bucketArn, keyArn: logs.keyArn, prefix: arns.logsPrefix },
            platformSecrets: { path: arns.platformSecrets, keyArn: key.keyArn },
            database: { masterSecretArn: database.masterSecretArn, keyArn: database.keyArn },
        });
        const worker = {
            serviceAccount: accountOf("worker"),
            policies: taskPolicies(
                { aws: undefined },
                {
                    account,
                    taskLogs: { bucketArn: logs.bucketArn, keyArn: logs.keyArn, prefix: arns.logsPrefix },
                    secrets: { tasksPath: arns.taskSecrets, keyArn: arns.secretsKey },
                },
            ),
        };
        for (const [component, { serviceAccount, policies }] of Object.entries({ ...permissions, worker })) {
            new WorkloadRole(component, {
                binding: { kind: "pod-identity", clusterName: "prod", clusterArn: arns.cluster },
                serviceAccount,
                policies,
                permissionsBoundary: boundary.policyArn,
                namePrefix: "prod",
            });
        }
    });
    return registered.resources;
}
