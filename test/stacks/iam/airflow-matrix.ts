import { type AwsAccount } from "../../../components/aws/account.ts";
import { type Request } from "../../support/iam/simulation.ts";

/** The components of Airflow that have a role. */
export const components = ["api-server", "triggerer", "worker", "database-admin"] as const;

/** Whose account each has. */
export function accountOf(component: Component): { namespace: string; name: string } {
    return component === "worker"
        ? { namespace: "airflow-tasks", name: "airflow-task" }
        : { namespace: "airflow", name: `airflow-${component}` };
}
export type Component = (typeof components)[number];

/** What a stack has in AWS for Airflow. */
export interface AirflowArns {
    readonly account: AwsAccount;
    readonly cluster: string;
    /** The bucket of task logs, the folder in it and its key. */
    readonly logs: string;
    readonly logsPrefix: string;
    readonly logsKey: string;
    /** The bucket with the state of stacks. */
    readonly state: string;
    /** The folders of secrets, and their key. */
    readonly platformSecrets: string;
    readonly taskSecrets: string;
    readonly secretsKey: string;
    /** The database server, its key, and the secret of its master user. */
    readonly database: string;
    readonly databaseKey: string;
    readonly masterSecret: string;
}

export interface Cell {
    /** Completes "nobody may …". */
    readonly what: string;
    readonly request: Request;
    /** Whoever is not named must not have it. */
    readonly mayHaveIt: readonly Component[];
}

/** What every request to S3 brings: how it came. */
export const overTls = { "aws:SecureTransport": "true", "s3:TlsVersion": "1.3" } as const;

/** What a request to KMS brings that a service makes. */
export function through(service: string, { region }: AwsAccount) {
    return { "kms:ViaService": `${service}.${region}.amazonaws.com` };
}

/** Everything that is asked for, with who must have it. */
export function airflowMatrix(arns: AirflowArns): readonly Cell[] {
    const { id: account, region } = arns.account;
    const inBucket = (key: string) => `${arns.logs}/${key}`;
    const log = inBucket(`${arns.logsPrefix}/dag_id=pipeline/run_id=1/task_id=extract/attempt=1.log`);
    const secret = (path: string) => `arn:aws:secretsmanager:${region}:${account}:secret:${path}-AbCdEf`;
    const via = (service: string) => through(service, arns.account);
    const forSecret = (secretArn: string) => ({
        ...via("secretsmanager"),
        "kms:EncryptionContext:SecretARN": secretArn,
    });
    const platformSecret = secret(`${arns.platformSecrets}/connections/warehouse`);
    const taskSecret = secret(`${arns.taskSecrets}/connections/warehouse`);
    const rows: [what: string, request: Request, mayHaveIt: Component[]][] = [
        ["write a log", { action: "s3:PutObject", resource: log }, ["triggerer", "worker"]],
        ["read a log", { action: "s3:GetObject", resource: log }, ["api-server", "triggerer", "worker"]],
        [
            "list the logs of a task",
            {
                action: "s3:ListBucket",
                resource: arns.logs,
                context: { "s3:prefix": `${arns.logsPrefix}/dag_id=pipeline/` },
            },
            ["api-server", "triggerer", "worker"],
        ],
        ["learn that a log is not there", { action: "s3:ListBucket", resource: arns.logs }, ["triggerer", "worker"]],
        [
            "list what is beside the logs",
            { action: "s3:ListBucket", resource: arns.logs, context: { "s3:prefix": "other/" } },
            [],
        ],
        ["write beside the logs", { action: "s3:PutObject", resource: inBucket("other/x") }, []],
        [
            "write into a folder that begins alike",
            { action: "s3:PutObject", resource: inBucket(`${arns.logsPrefix}-2/x`) },
            [],
        ],
        ["read beside the logs", { action: "s3:GetObject", resource: inBucket("other/x") }, []],
        ["delete a log", { action: "s3:DeleteObject", resource: log }, []],
        ["delete an old version of a log", { action: "s3:DeleteObjectVersion", resource: log }, []],
        ["read an old version of a log", { action: "s3:GetObjectVersion", resource: log }, []],
        ["lift a lock", { action: "s3:BypassGovernanceRetention", resource: log }, []],
        ["publish a log", { action: "s3:PutObjectAcl", resource: log }, []],
        ["open the bucket", { action: "s3:PutBucketPolicy", resource: arns.logs }, []],
        ["shorten how long logs are kept", { action: "s3:PutLifecycleConfiguration", resource: arns.logs }, []],
        [
            "read the state of stacks",
            { action: "s3:GetObject", resource: `${arns.state}/.pulumi/stacks/prod.json` },
            [],
        ],
        ["list the state of stacks", { action: "s3:ListBucket", resource: arns.state }, []],
        ["write into another bucket", { action: "s3:PutObject", resource: "arn:aws:s3:::somebody-elses/x" }, []],
        ["list buckets", { action: "s3:ListAllMyBuckets", resource: "*" }, []],

        [
            "decrypt a log through S3",
            { action: "kms:Decrypt", resource: arns.logsKey, context: via("s3") },
            ["api-server", "triggerer", "worker"],
        ],
        [
            "encrypt a log through S3",
            { action: "kms:GenerateDataKey", resource: arns.logsKey, context: via("s3") },
            ["triggerer", "worker"],
        ],
        ["use the logs' key past S3", { action: "kms:Decrypt", resource: arns.logsKey }, []],
        [
            "use the logs' key through another service",
            { action: "kms:Decrypt", resource: arns.logsKey, context: via("secretsmanager") },
            [],
        ],
        ["give the logs' key to others", { action: "kms:CreateGrant", resource: arns.logsKey }, []],
        ["delete the logs' key", { action: "kms:ScheduleKeyDeletion", resource: arns.logsKey }, []],

        [
            "read a secret of the platform",
            { action: "secretsmanager:GetSecretValue", resource: platformSecret },
            ["api-server", "triggerer"],
        ],
        ["read a secret of tasks", { action: "secretsmanager:GetSecretValue", resource: taskSecret }, ["worker"]],
        [
            "read a secret whose folder begins alike",
            { action: "secretsmanager:GetSecretValue", resource: secret(`${arns.taskSecrets}-of-others/x`) },
            [],
        ],
        [
            "read the database server's password",
            { action: "secretsmanager:GetSecretValue", resource: arns.masterSecret },
            ["database-admin"],
        ],
        [
            "read the password of another server",
            { action: "secretsmanager:GetSecretValue", resource: secret("rds!prod-other") },
            [],
        ],
        ["change a secret", { action: "secretsmanager:PutSecretValue", resource: taskSecret }, []],
        ["delete a secret", { action: "secretsmanager:DeleteSecret", resource: taskSecret }, []],
        ["list secrets", { action: "secretsmanager:ListSecrets", resource: "*" }, []],
        [
            "decrypt a secret of the platform",
            { action: "kms:Decrypt", resource: arns.secretsKey, context: forSecret(platformSecret) },
            ["api-server", "triggerer"],
        ],
        [
            "decrypt a secret of tasks",
            { action: "kms:Decrypt", resource: arns.secretsKey, context: forSecret(taskSecret) },
            ["worker"],
        ],
        [
            "decrypt another secret with that key",
            { action: "kms:Decrypt", resource: arns.secretsKey, context: forSecret(secret("finance/x")) },
            [],
        ],
        ["use the secrets' key past Secrets Manager", { action: "kms:Decrypt", resource: arns.secretsKey }, []],
        [
            "decrypt the database server's password",
            { action: "kms:Decrypt", resource: arns.databaseKey, context: forSecret(arns.masterSecret) },
            ["database-admin"],
        ],
        [
            "decrypt the database's snapshots",
            { action: "kms:Decrypt", resource: arns.databaseKey, context: via("rds") },
            [],
        ],

        ["delete the database", { action: "rds:DeleteDBInstance", resource: arns.database }, []],
        [
            "log in to the database by IAM",
            { action: "rds-db:connect", resource: `arn:aws:rds-db:${region}:${account}:dbuser:db-1/airflow` },
            [],
        ],
        ["become another role", { action: "sts:AssumeRole", resource: `arn:aws:iam::${account}:role/admin` }, []],
        ["make a role", { action: "iam:CreateRole", resource: `arn:aws:iam::${account}:role/new` }, []],
        ["pass a role on", { action: "iam:PassRole", resource: `arn:aws:iam::${account}:role/admin` }, []],
        [
            "bind a role to another account of the cluster",
            { action: "eks:CreatePodIdentityAssociation", resource: arns.cluster },
            [],
        ],
        [
            "start a machine",
            { action: "ec2:RunInstances", resource: `arn:aws:ec2:${region}:${account}:instance/*` },
            [],
        ],
        [
            "silence the account's trail",
            { action: "cloudtrail:StopLogging", resource: `arn:aws:cloudtrail:${region}:${account}:trail/all` },
            [],
        ],
    ];
    return rows.map(([what, request, mayHaveIt]) => ({
        what,
        request: {
            ...request,
            resourceAccount: account,
            context: { ...(request.resource.startsWith("arn:aws:s3:::") ? overTls : {}), ...request.context },
        },
        mayHaveIt,
    }));
}
