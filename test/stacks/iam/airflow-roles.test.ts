import assert from "node:assert/strict";

import { policyDocument } from "../../../components/aws/policy-document.ts";
import { policyLimits, sizeOf } from "../../../components/identity/roles/policy-problems.ts";
import { maxRoleNameLength } from "../../../components/aws/role-name.ts";
import { madeUpAccount } from "../../support/made-up-aws.ts";
import { accountOf, airflowMatrix, type Component, components, overTls, through } from "./airflow-matrix.ts";
import { airflowOnAws, arns } from "./airflow-platform.ts";
import { type Graph, identitiesOf, type Identity, resourcePoliciesOf } from "../../support/iam/identities.ts";
import { decide, type Request } from "../../support/iam/simulation.ts";

const account = madeUpAccount.id;

describe("The roles of Airflow's components", () => {
    let graph: Graph;
    let roles: Record<Component, Identity>;

    before(async () => {
        graph = await airflowOnAws();
        const identities = [...identitiesOf(graph).values()];
        const role = (component: Component) => {
            const found = identities.filter(({ associations }) =>
                associations.some(({ serviceAccount }) => serviceAccount === accountOf(component).name),
            );
            assert.equal(found.length, 1, component);
            return [component, found[0]] as const;
        };
        roles = Object.fromEntries(components.map(role)) as Record<Component, Identity>;
    });

    const withItsPolicy = (request: Request): Request => {
        const [, resourcePolicy] =
            [...resourcePoliciesOf(graph)].find(([arn]) => `${request.resource}/`.startsWith(`${arn}/`)) ?? [];
        return { ...request, resourcePolicy };
    };

    for (const { what, request, mayHaveIt } of airflowMatrix(arns)) {
        it(`let ${mayHaveIt.length === 0 ? "nobody" : mayHaveIt.join(" and ")} ${what}`, async () => {
            for (const component of components) {
                const decision = await decide(roles[component], withItsPolicy(request));
                assert.equal(decision === "Allowed", mayHaveIt.includes(component), `${component}: ${decision}`);
            }
        });
    }

    it("are for the components that need one, and no others", () => {
        const names = [...identitiesOf(graph).keys()].sort();
        assert.deepEqual(names, [
            "prod-airflow-airflow-api-server",
            "prod-airflow-airflow-database-admin",
            "prod-airflow-airflow-triggerer",
            "prod-airflow-rds-monitoring",
            "prod-airflow-tasks-airflow-task",
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
        assert.deepEqual(actions("triggerer"), [...logWriter, ...secretReader].sort());
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
                    namespace: accountOf(component).namespace,
                    serviceAccount: accountOf(component).name,
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
                            "aws:RequestTag/kubernetes-namespace": accountOf(other).namespace,
                            "aws:RequestTag/kubernetes-service-account": accountOf(other).name,
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
            resource: `${arns.logs}/airflow/x.log`,
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
            assert.equal(
                await decide(administrator, { ...request, context: through(service, madeUpAccount) }),
                "Allowed",
            );
            assert.equal(
                await decide(administrator, { ...request, context: through("ec2", madeUpAccount) }),
                "ExplicitlyDenied",
            );
        }
    });
});
