import assert from "node:assert/strict";

import { policyDocument } from "../../components/iam-statement.ts";
import { policyLimits, sizeOf } from "../../components/identity/policy-document.ts";
import { maxRoleNameLength } from "../../components/identity/role-name.ts";
import { madeUpAccount } from "../made-up-aws.ts";
import { airflowOnAws, arns } from "./airflow-platform.ts";
import { type Graph, identitiesOf, type Identity, resourcePoliciesOf } from "./identities.ts";
import { decide, type Request } from "./simulation.ts";

const account = madeUpAccount.id;
const components = ["api-server", "triggerer", "worker", "database-admin"] as const;
type Component = (typeof components)[number];

const inBucket = (key: string) => `${arns.logs}/${key}`;
const log = inBucket("airflow/dag_id=pipeline/run_id=1/task_id=extract/attempt=1.log");
const overTls = { "aws:SecureTransport": "true", "s3:TlsVersion": "1.3" };
const through = (service: string) => ({ "kms:ViaService": `${service}.${madeUpAccount.region}.amazonaws.com` });
const forSecret = (path: string) => ({
    ...through("secretsmanager"),
    "kms:EncryptionContext:SecretARN": path.startsWith("arn:") ? path : arns.secret(path),
});
const platformSecret = "airflow/platform/connections/warehouse";
const taskSecret = "airflow/tasks/connections/warehouse";

/** Everything that is asked for, by whom it must be had. Whoever is not named must not have it. */
const matrix: [what: string, request: Request, mayHaveIt: Component[]][] = [
    ["write a log", { action: "s3:PutObject", resource: log }, ["triggerer", "worker"]],
    ["read a log", { action: "s3:GetObject", resource: log }, ["api-server", "triggerer", "worker"]],
    [
        "list the logs of a task",
        { action: "s3:ListBucket", resource: arns.logs, context: { "s3:prefix": "airflow/dag_id=pipeline/" } },
        ["api-server", "triggerer", "worker"],
    ],
    ["learn that a log is not there", { action: "s3:ListBucket", resource: arns.logs }, ["triggerer", "worker"]],
    [
        "list what is beside the logs",
        { action: "s3:ListBucket", resource: arns.logs, context: { "s3:prefix": "other/" } },
        [],
    ],
    ["write beside the logs", { action: "s3:PutObject", resource: inBucket("other/x") }, []],
    ["write into a folder that begins alike", { action: "s3:PutObject", resource: inBucket("airflow-2/x") }, []],
    ["read beside the logs", { action: "s3:GetObject", resource: inBucket("other/x") }, []],
    ["delete a log", { action: "s3:DeleteObject", resource: log }, []],
    ["delete an old version of a log", { action: "s3:DeleteObjectVersion", resource: log }, []],
    ["read an old version of a log", { action: "s3:GetObjectVersion", resource: log }, []],
    ["lift a lock", { action: "s3:BypassGovernanceRetention", resource: log }, []],
    ["publish a log", { action: "s3:PutObjectAcl", resource: log }, []],
    ["open the bucket", { action: "s3:PutBucketPolicy", resource: arns.logs }, []],
    ["shorten how long logs are kept", { action: "s3:PutLifecycleConfiguration", resource: arns.logs }, []],
    ["read the state of stacks", { action: "s3:GetObject", resource: `${arns.state}/.pulumi/stacks/prod.json` }, []],
    ["list the state of stacks", { action: "s3:ListBucket", resource: arns.state }, []],
    ["write into another bucket", { action: "s3:PutObject", resource: "arn:aws:s3:::somebody-elses/x" }, []],
    ["list buckets", { action: "s3:ListAllMyBuckets", resource: "*" }, []],

    [
        "decrypt a log through S3",
        { action: "kms:Decrypt", resource: arns.logsKey, context: through("s3") },
        ["api-server", "triggerer", "worker"],
    ],
    [
        "encrypt a log through S3",
        { action: "kms:GenerateDataKey", resource: arns.logsKey, context: through("s3") },
        ["triggerer", "worker"],
    ],
    ["use the logs' key past S3", { action: "kms:Decrypt", resource: arns.logsKey }, []],
    [
        "use the logs' key through another service",
        { action: "kms:Decrypt", resource: arns.logsKey, context: through("secretsmanager") },
        [],
    ],
    ["give the logs' key to others", { action: "kms:CreateGrant", resource: arns.logsKey }, []],
    ["delete the logs' key", { action: "kms:ScheduleKeyDeletion", resource: arns.logsKey }, []],

    [
        "read a secret of the platform",
        { action: "secretsmanager:GetSecretValue", resource: arns.secret(platformSecret) },
        ["api-server"],
    ],
    [
        "read a secret of tasks",
        { action: "secretsmanager:GetSecretValue", resource: arns.secret(taskSecret) },
        ["worker"],
    ],
    [
        "read a secret whose folder begins alike",
        { action: "secretsmanager:GetSecretValue", resource: arns.secret("airflow/tasks-of-others/x") },
        [],
    ],
    [
        "read the database server's password",
        { action: "secretsmanager:GetSecretValue", resource: arns.master },
        ["database-admin"],
    ],
    [
        "read the password of another server",
        { action: "secretsmanager:GetSecretValue", resource: arns.secret("rds!prod-other") },
        [],
    ],
    ["change a secret", { action: "secretsmanager:PutSecretValue", resource: arns.secret(taskSecret) }, []],
    ["delete a secret", { action: "secretsmanager:DeleteSecret", resource: arns.secret(taskSecret) }, []],
    ["list secrets", { action: "secretsmanager:ListSecrets", resource: "*" }, []],
    [
        "decrypt a secret of the platform",
        { action: "kms:Decrypt", resource: arns.secretsKey, context: forSecret(platformSecret) },
        ["api-server"],
    ],
    [
        "decrypt a secret of tasks",
        { action: "kms:Decrypt", resource: arns.secretsKey, context: forSecret(taskSecret) },
        ["worker"],
    ],
    [
        "decrypt another secret with that key",
        { action: "kms:Decrypt", resource: arns.secretsKey, context: forSecret("finance/x") },
        [],
    ],
    ["use the secrets' key past Secrets Manager", { action: "kms:Decrypt", resource: arns.secretsKey }, []],
    [
        "decrypt the database server's password",
        { action: "kms:Decrypt", resource: arns.databaseKey, context: forSecret(arns.master) },
        ["database-admin"],
    ],
    [
        "decrypt the database's snapshots",
        { action: "kms:Decrypt", resource: arns.databaseKey, context: through("rds") },
        [],
    ],

    [
        "delete the database",
        { action: "rds:DeleteDBInstance", resource: `arn:aws:rds:eu-west-1:${account}:db:prod-airflow` },
        [],
    ],
    [
        "log in to the database by IAM",
        { action: "rds-db:connect", resource: `arn:aws:rds-db:eu-west-1:${account}:dbuser:db-1/airflow` },
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
    ["start a machine", { action: "ec2:RunInstances", resource: `arn:aws:ec2:eu-west-1:${account}:instance/*` }, []],
    [
        "silence the account's trail",
        { action: "cloudtrail:StopLogging", resource: `arn:aws:cloudtrail:eu-west-1:${account}:trail/all` },
        [],
    ],
];

describe("The roles of Airflow's components", () => {
    let graph: Graph;
    let roles: Record<Component, Identity>;

    before(async () => {
        graph = await airflowOnAws();
        const identities = identitiesOf(graph);
        const role = (component: Component) => {
            const found = identities.get(`prod-airflow-airflow-${component}`);
            assert.ok(found, component);
            return [component, found] as const;
        };
        roles = Object.fromEntries(components.map(role)) as Record<Component, Identity>;
    });

    const inContext = (request: Request): Request => {
        const [, resourcePolicy] =
            [...resourcePoliciesOf(graph)].find(([arn]) => `${request.resource}/`.startsWith(`${arn}/`)) ?? [];
        const ofBucket = request.resource.startsWith("arn:aws:s3:::");
        return {
            ...request,
            resourceAccount: account,
            context: { ...(ofBucket ? overTls : {}), ...request.context },
            resourcePolicy,
        };
    };

    for (const [what, request, mayHaveIt] of matrix) {
        it(`let ${mayHaveIt.length === 0 ? "nobody" : mayHaveIt.join(" and ")} ${what}`, async () => {
            for (const component of components) {
                const decision = await decide(roles[component], inContext(request));
                const allowed = decision === "Allowed";
                assert.equal(allowed, mayHaveIt.includes(component), `${component}: ${decision}`);
            }
        });
    }

    it("are for the components that need one, and no others", () => {
        const names = [...identitiesOf(graph).keys()].sort();
        assert.deepEqual(names, [
            "prod-airflow-airflow-api-server",
            "prod-airflow-airflow-database-admin",
            "prod-airflow-airflow-triggerer",
            "prod-airflow-airflow-worker",
            "prod-airflow-rds-monitoring",
        ]);
    });

    it("name each action, and no more than these", () => {
        const actions = (component: Component) =>
            Object.values(roles[component].policies ?? {})
                .flatMap((document) => document.Statement.flatMap(({ Action }) => Action as string[]))
                .sort();
        const logReader = ["kms:Decrypt", "s3:GetObject", "s3:ListBucket"];
        const logWriter = [...logReader, "kms:GenerateDataKey", "s3:PutObject"];
        const secretReader = ["kms:Decrypt", "secretsmanager:GetSecretValue"];
        assert.deepEqual(actions("api-server"), [...logReader, ...secretReader].sort());
        assert.deepEqual(actions("triggerer"), [...logWriter].sort());
        assert.deepEqual(actions("worker"), [...logWriter, ...secretReader].sort());
        assert.deepEqual(actions("database-admin"), [...secretReader].sort());
        for (const component of components) {
            assert.deepEqual(roles[component].unreadPolicyArns, []);
        }
    });

    it("are bounded, and each given to its own service account only", () => {
        for (const component of components) {
            const { boundary, associations } = roles[component];
            assert.ok(boundary, component);
            assert.deepEqual(associations, [
                {
                    clusterName: "prod",
                    namespace: "airflow",
                    serviceAccount: `airflow-${component}`,
                    targetRoleArn: undefined,
                    disableSessionTags: false,
                },
            ]);
        }
    });

    it("cannot be had by each other's service accounts, whatever an association says", async () => {
        for (const component of components) {
            for (const other of components) {
                const decision = await decide(
                    { principal: "pods.eks.amazonaws.com" },
                    {
                        action: "sts:AssumeRole",
                        resource: roles[component].principal,
                        resourcePolicy: roles[component].trust,
                        context: {
                            "aws:RequestTag/eks-cluster-arn": arns.cluster,
                            "aws:RequestTag/kubernetes-namespace": "airflow",
                            "aws:RequestTag/kubernetes-service-account": `airflow-${other}`,
                        },
                    },
                );
                assert.equal(decision === "Allowed", component === other, `${other} as ${component}`);
            }
        }
    });

    it("are within AWS's limits", () => {
        for (const { name, trust, policies = {}, boundary } of identitiesOf(graph).values()) {
            assert.ok(name.length <= maxRoleNameLength);
            assert.ok(sizeOf(trust) <= policyLimits.trust);
            assert.ok(Object.values(policies).reduce((sum, policy) => sum + sizeOf(policy), 0) <= policyLimits.inline);
            assert.ok(boundary === undefined || sizeOf(boundary) <= policyLimits.managed);
        }
    });
});

describe("The policies of the log bucket and of the keys", () => {
    /** Somebody whom IAM lets do everything, in this account and without a boundary. */
    const administrator = {
        principal: `arn:aws:iam::${account}:role/administrator`,
        policies: { everything: policyDocument([{ sid: "All", actions: ["*"], resources: ["*"] }]) },
    };
    const stranger = { ...administrator, principal: "arn:aws:iam::210987654321:role/stranger" };
    let policies: ReturnType<typeof resourcePoliciesOf>;

    before(async () => {
        policies = resourcePoliciesOf(await airflowOnAws());
    });

    const onBucket = (action: string, context: Request["context"], requester = administrator) =>
        decide(requester, {
            action,
            resource: log,
            resourceAccount: account,
            resourcePolicy: policies.get(arns.logs),
            context,
        });

    it("let an administrator write over TLS, and nobody without", async () => {
        assert.equal(await onBucket("s3:PutObject", overTls), "Allowed");
        for (const context of [
            { ...overTls, "aws:SecureTransport": "false" },
            { ...overTls, "s3:TlsVersion": "1.1" },
        ]) {
            assert.equal(await onBucket("s3:PutObject", context), "ExplicitlyDenied");
            assert.equal(await onBucket("s3:GetObject", context), "ExplicitlyDenied");
        }
    });

    it("take objects under the bucket's key only", async () => {
        const encryption = "s3:x-amz-server-side-encryption";
        const key = `${encryption}-aws-kms-key-id`;
        const own = { [encryption]: "aws:kms", [key]: arns.logsKey };
        assert.equal(await onBucket("s3:PutObject", { ...overTls, ...own }), "Allowed");
        for (const headers of [
            { [encryption]: "AES256" },
            { [encryption]: "aws:kms" },
            { ...own, [key]: arns.secretsKey },
            { ...own, [key]: arns.logsKey.replace(account, "210987654321") },
        ]) {
            assert.equal(await onBucket("s3:PutObject", { ...overTls, ...headers }), "ExplicitlyDenied");
        }
    });

    it("give a stranger nothing", async () => {
        assert.equal(await onBucket("s3:GetObject", overTls, stranger), "ImplicitlyDenied");
        for (const key of [arns.logsKey, arns.secretsKey, arns.databaseKey]) {
            const request = { action: "kms:DescribeKey", resource: key, resourcePolicy: policies.get(key) };
            assert.equal(await decide(stranger, request), "ImplicitlyDenied", key);
            assert.equal(await decide(administrator, request), "Allowed", key);
        }
    });

    it("let not even an administrator decrypt past the service", async () => {
        for (const [key, service] of [
            [arns.logsKey, "s3"],
            [arns.secretsKey, "secretsmanager"],
        ] as const) {
            const request = { action: "kms:Decrypt", resource: key, resourcePolicy: policies.get(key) };
            assert.equal(await decide(administrator, request), "ExplicitlyDenied");
            assert.equal(await decide(administrator, { ...request, context: through(service) }), "Allowed");
            assert.equal(await decide(administrator, { ...request, context: through("ec2") }), "ExplicitlyDenied");
        }
    });
});
