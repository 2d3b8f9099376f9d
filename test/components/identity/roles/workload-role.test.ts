import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { type Statement } from "../../../../components/aws/iam-statement.ts";
import { WorkloadRole, type WorkloadRoleArgs } from "../../../../components/identity/roles/workload-role.ts";
import { madeUpAccount } from "../../../support/made-up-aws.ts";
import { underMocks, unknown, value, waitedFor } from "../../../support/mocks.ts";

const account = madeUpAccount.id;
const boundary = `arn:aws:iam::${account}:policy/prod-workload-boundary`;
const clusterArn = `arn:aws:eks:eu-west-1:${account}:cluster/prod`;
const roleArn = `arn:aws:iam::${account}:role/prod-airflow-airflow-worker`;
const writeLogs: readonly Statement[] = [
    { sid: "Write", actions: ["s3:PutObject"], resources: ["arn:aws:s3:::logs/prod/*"] },
];

const podIdentity = { kind: "pod-identity", clusterName: "prod", clusterArn } as const;
const irsa = {
    kind: "irsa",
    oidcProviderArn: `arn:aws:iam::${account}:oidc-provider/oidc.example.com/id/A`,
    oidcIssuer: "https://oidc.example.com/id/A",
} as const;

const kinds = [
    "aws:iam/role:Role",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:eks/podIdentityAssociation:PodIdentityAssociation",
];

function role(changes: Partial<WorkloadRoleArgs> = {}, options = {}) {
    return underMocks(
        kinds,
        () =>
            new WorkloadRole("worker", {
                binding: podIdentity,
                serviceAccount: { namespace: "airflow", name: "airflow-worker" },
                permissionsBoundary: boundary,
                policies: { logs: writeLogs },
                namePrefix: "prod",
                ...changes,
            }),
        options,
    );
}

const document = (text: unknown) => JSON.parse(String(text)) as { Statement: Record<string, unknown>[] };

describe("WorkloadRole", () => {
    it("is bounded, and named after its cluster and its service account", async () => {
        const { registered } = await role();
        assert.equal(registered.input("worker-role", "permissionsBoundary"), boundary);
        assert.equal(registered.input("worker-role", "name"), "prod-airflow-airflow-worker");
        assert.equal(registered.parentOf("worker-role"), "worker");
    });

    it("has its policies written into it, one for each suffix", async () => {
        const { registered } = await role({
            policies: { logs: writeLogs, more: pulumi.output(writeLogs) },
        });
        for (const suffix of ["logs", "more"]) {
            assert.equal(registered.input(`worker-${suffix}-policy`, "name"), suffix);
            assert.equal(registered.input(`worker-${suffix}-policy`, "role"), "prod-airflow-airflow-worker");
            const [statement] = document(registered.input(`worker-${suffix}-policy`, "policy")).Statement;
            assert.deepEqual(statement, {
                Sid: "Write",
                Effect: "Allow",
                Action: ["s3:PutObject"],
                Resource: ["arn:aws:s3:::logs/prod/*"],
            });
        }
    });

    it("has managed policies attached before the account can get it", async () => {
        const policyArn = `arn:aws:iam::${account}:policy/data/reader`;
        const { registered } = await role({ policyArns: [policyArn] });
        assert.equal(registered.input("worker-data/reader-attachment", "policyArn"), policyArn);
        assert.ok(registered.dependenciesOf("worker-association").includes("worker-data/reader-attachment"));
    });

    it("needs no policy", async () => {
        const { made, registered } = await role({ policies: undefined });
        assert.deepEqual(registered.ofType("aws:iam/rolePolicy:RolePolicy"), []);
        assert.equal(await value(made.roleArn), roleArn);
    });

    it("writes its tags on all that takes tags", async () => {
        const { registered } = await role({ tags: { team: "platform" } });
        assert.deepEqual(registered.input("worker-role", "tags"), { team: "platform" });
        assert.deepEqual(registered.input("worker-association", "tags"), { team: "platform" });
    });
});

describe("WorkloadRole by Pod Identity", () => {
    it("is tied to the one service account by an association that keeps its session tags", async () => {
        const { made, registered } = await role();
        const { clusterName, namespace, serviceAccount, disableSessionTags, ...rest } =
            registered.get("worker-association").inputs;
        assert.deepEqual(
            { clusterName, namespace, serviceAccount, disableSessionTags },
            { clusterName: "prod", namespace: "airflow", serviceAccount: "airflow-worker", disableSessionTags: false },
        );
        assert.equal(rest.roleArn, roleArn);
        assert.deepEqual(await value(made.serviceAccountAnnotations), {});
    });

    it("trusts EKS for that account only", async () => {
        const { registered } = await role();
        const [statement] = document(registered.input("worker-role", "assumeRolePolicy")).Statement;
        assert.deepEqual(statement?.Principal, { Service: ["pods.eks.amazonaws.com"] });
        assert.ok(JSON.stringify(statement?.Condition).includes(clusterArn));
    });

    it("is associated only once its policies are there, and ready only once it is associated", async () => {
        const { made, registered } = await role();
        assert.ok(registered.dependenciesOf("worker-association").includes("worker-logs-policy"));
        const waited = await waitedFor(made.roleArn);
        assert.ok(waited.includes("worker-association"));
        assert.ok(waited.includes("worker-logs-policy"));
    });

    it("may only hand over to the target role, when there is one", async () => {
        const target = "arn:aws:iam::210987654321:role/data-reader";
        const { registered } = await role({ binding: { ...podIdentity, targetRoleArn: target }, policies: undefined });
        assert.equal(registered.input("worker-association", "targetRoleArn"), target);
        const policies = registered.ofType("aws:iam/rolePolicy:RolePolicy");
        assert.deepEqual(
            policies.map(({ name }) => name),
            ["worker-target-policy"],
        );
        const [statement] = document(registered.input("worker-target-policy", "policy")).Statement;
        assert.deepEqual(statement?.Action, ["sts:AssumeRole", "sts:TagSession"]);
        assert.deepEqual(statement?.Resource, [target]);
    });

    it("refuses policies beside a target role, which would reach nobody", async () => {
        await assert.rejects(
            role({ binding: { ...podIdentity, targetRoleArn: "arn:aws:iam::210987654321:role/data-reader" } }),
            /policies has logs: the pods get the credentials of binding\.targetRoleArn.*Give it to that role/,
        );
    });

    it("refuses a managed policy beside a target role, which would reach nobody, too", async () => {
        const binding = { ...podIdentity, targetRoleArn: "arn:aws:iam::222222222222:role/target" };
        await assert.rejects(
            role({ binding, policies: {}, policyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"] }),
            /policies has arn:aws:iam::aws:policy\/ReadOnlyAccess: the pods get the credentials of binding\.targetRoleArn/,
        );
    });
});

describe("WorkloadRole by IRSA", () => {
    it("gives the annotation that the service account must carry, and makes no association", async () => {
        const { made, registered } = await role({ binding: irsa });
        assert.deepEqual(await value(made.serviceAccountAnnotations), { "eks.amazonaws.com/role-arn": roleArn });
        assert.deepEqual(registered.ofType("aws:eks/podIdentityAssociation:PodIdentityAssociation"), []);
        assert.ok((await waitedFor(made.serviceAccountAnnotations)).includes("worker-logs-policy"));
    });

    it("trusts exact subject and audience", async () => {
        const { registered } = await role({ binding: irsa });
        const [statement] = document(registered.input("worker-role", "assumeRolePolicy")).Statement;
        assert.deepEqual(statement?.Principal, { Federated: [irsa.oidcProviderArn] });
        assert.deepEqual(statement?.Condition, {
            StringEquals: {
                "oidc.example.com/id/A:sub": ["system:serviceaccount:airflow:airflow-worker"],
                "oidc.example.com/id/A:aud": ["sts.amazonaws.com"],
            },
        });
    });
});

describe("WorkloadRole refuses", () => {
    const wide: readonly Statement[] = [{ sid: "All", actions: ["s3:*"], resources: ["*"] }];

    it("a wildcard without a reason, before anything is made", async () => {
        await assert.rejects(role({ policies: { logs: wide } }), (error: Error) => {
            assert.match(
                error.message,
                /policies\.logs\[0\]\.actions\[0\] is "s3:\*": name the actions.*allowWildcard/,
            );
            assert.match(error.message, /policies\.logs\[0\]\.resources\[0\] is "\*": name the resources/);
            return true;
        });
    });

    it("none with a reason, which it writes on the role", async () => {
        const { registered } = await role({ policies: { logs: wide }, allowWildcard: "migrates every bucket" });
        assert.deepEqual(registered.input("worker-role", "tags"), { "allow-wildcard": "migrates every bucket" });
    });

    it("a reason that AWS cannot keep", async () => {
        await assert.rejects(
            role({ policies: { logs: wide }, allowWildcard: "ask <platform>" }),
            /tags\["allow-wildcard"\] is "ask <platform>": it must be of at most 256 letters/,
        );
    });

    it("an account that could mean several", async () => {
        await assert.rejects(
            role({ serviceAccount: { namespace: "airflow", name: "airflow-*" } }),
            /serviceAccount\.name is "airflow-\*"/,
        );
    });
});

describe("WorkloadRole in a first preview", () => {
    for (const [kind, binding] of Object.entries({ podIdentity, irsa })) {
        it(`by ${kind} registers the same, with nothing known`, async () => {
            const nothingKnown = {
                binding: Object.fromEntries(
                    Object.entries(binding).map(([key, value]) => [key, key === "kind" ? value : unknown<string>()]),
                ) as unknown as WorkloadRoleArgs["binding"],
                permissionsBoundary: unknown<string>(),
                policies: { logs: unknown<readonly Statement[]>() },
            };
            const names = async (...args: Parameters<typeof role>) =>
                (await role(...args)).registered.resources.map(({ name }) => name).sort();
            const previewed = await names(nothingKnown, { preview: true });
            assert.ok(previewed.includes("worker-logs-policy"));
            assert.deepEqual(previewed, await names({ binding }));
        });
    }
});
