import assert from "node:assert/strict";

import fc from "fast-check";

import { sizeOf } from "../../../../components/identity/roles/policy-problems.ts";
import {
    type ServiceAccountRef,
    serviceAccountProblem,
    trustOneChainedRole,
    trustThroughOidc,
    trustThroughPodIdentity,
} from "../../../../components/identity/roles/trust-policy.ts";
import { forgedClaims, forgedTags, ownClaims, ownTags } from "../../../support/iam/forgeries.ts";
import { decide } from "../../../support/iam/simulation.ts";

const role = "arn:aws:iam::123456789012:role/prod-airflow-airflow-worker";
const worker: ServiceAccountRef = { namespace: "airflow", name: "airflow-worker" };

describe("The trust of a role through the cluster's OIDC provider", () => {
    const issuer = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
    const provider = `arn:aws:iam::123456789012:oidc-provider/${issuer}`;
    const policy = trustThroughOidc(provider, `https://${issuer}`, worker);

    const ask = (claims: Record<string, string | string[]>, principal = provider, by = issuer) =>
        decide(
            { principal },
            {
                action: "sts:AssumeRoleWithWebIdentity",
                resource: role,
                resourcePolicy: policy,
                context: Object.fromEntries(Object.entries(claims).map(([claim, value]) => [`${by}:${claim}`, value])),
            },
        );
    const own = ownClaims(worker);

    it("lets the one service account in", async () => {
        assert.equal(await ask(own), "Allowed");
    });

    for (const [attack, claims] of Object.entries(forgedClaims(worker))) {
        it(`refuses ${attack}`, async () => {
            assert.equal(await ask(claims), "ImplicitlyDenied");
        });
    }

    it("refuses the same account of another cluster", async () => {
        const other = issuer.replace("0123", "FFFF");
        assert.equal(await ask(own, `arn:aws:iam::123456789012:oidc-provider/${other}`, other), "ImplicitlyDenied");
        // A token of the other cluster is not accepted for ours.
        assert.equal(await ask(own, provider, other), "ImplicitlyDenied");
    });

    it("lets nobody in without a token", async () => {
        for (const action of ["sts:AssumeRole", "sts:TagSession"]) {
            const request = { action, resource: role, resourcePolicy: policy };
            assert.equal(await decide({ principal: "pods.eks.amazonaws.com" }, request), "ImplicitlyDenied");
        }
    });
});

const cluster = "arn:aws:eks:eu-west-1:123456789012:cluster/prod";
const sessionTags = ownTags(cluster, worker);
const forged = Object.entries(forgedTags(cluster, worker));

describe("The trust of a role through EKS Pod Identity", () => {
    const policy = trustThroughPodIdentity(cluster, worker);
    const ask = (context: Record<string, string>, principal = "pods.eks.amazonaws.com") =>
        Promise.all(
            ["sts:AssumeRole", "sts:TagSession"].map((action) =>
                decide({ principal }, { action, resource: role, resourcePolicy: policy, context }),
            ),
        );

    it("lets the one service account in, with its tags", async () => {
        assert.deepEqual(await ask(sessionTags), ["Allowed", "Allowed"]);
    });

    for (const [attack, tags] of forged) {
        it(`refuses ${attack}`, async () => {
            assert.deepEqual(await ask(tags), ["ImplicitlyDenied", "ImplicitlyDenied"]);
        });
    }

    it("refuses other services and other roles that bring the same tags", async () => {
        for (const principal of ["ec2.amazonaws.com", "eks.amazonaws.com", "arn:aws:iam::123456789012:role/somebody"]) {
            assert.deepEqual(await ask(sessionTags, principal), ["ImplicitlyDenied", "ImplicitlyDenied"], principal);
        }
    });
});

describe("The trust of a target role in another account", () => {
    const target = "arn:aws:iam::210987654321:role/data-reader";
    const policy = trustOneChainedRole(role, cluster, worker);
    const handOver = {
        Version: "2012-10-17",
        Statement: [{ Sid: "All", Effect: "Allow", Action: ["sts:AssumeRole", "sts:TagSession"], Resource: ["*"] }],
    } as const;
    const ask = (principal: string, context: Record<string, string>) =>
        decide(
            { principal, policies: { handOver } },
            {
                action: "sts:AssumeRole",
                resource: target,
                resourcePolicy: policy,
                context: { ...context, "aws:PrincipalArn": principal },
            },
        );

    it("lets the association's role in, for the one service account", async () => {
        assert.equal(await ask(role, sessionTags), "Allowed");
    });

    it("refuses every other role of that account", async () => {
        assert.equal(await ask(`${role}-2`, sessionTags), "ImplicitlyDenied");
    });

    it("refuses a role of that name in another account", async () => {
        assert.equal(await ask(role.replace("123456789012", "333333333333"), sessionTags), "ImplicitlyDenied");
    });

    for (const [attack, tags] of forged) {
        it(`refuses ${attack}`, async () => {
            assert.equal(await ask(role, tags), "ImplicitlyDenied");
        });
    }
});

describe("Generated service accounts", () => {
    const label = (maxLength: number) =>
        fc.stringMatching(new RegExp(`^[a-z]([a-z0-9-]{0,${maxLength - 2}}[a-z0-9])?$`));
    const accounts = fc.record({ namespace: label(63), name: label(63) });

    it("are never refused when Kubernetes takes them", () => {
        fc.assert(fc.property(accounts, (account) => serviceAccountProblem(account) === undefined));
    });

    it("are each let in alone, by policies that IAM takes", async () => {
        const tags = (account: ServiceAccountRef) => ({
            "aws:RequestTag/eks-cluster-arn": cluster,
            "aws:RequestTag/kubernetes-namespace": account.namespace,
            "aws:RequestTag/kubernetes-service-account": account.name,
        });
        await fc.assert(
            fc.asyncProperty(accounts, accounts, async (one, other) => {
                const resourcePolicy = trustThroughPodIdentity(cluster, one);
                assert.ok(sizeOf(resourcePolicy) <= 2048);
                assert.ok(
                    sizeOf(trustThroughOidc(`arn:aws:iam::1:oidc-provider/${"x".repeat(80)}`, "x".repeat(80), one)) <=
                        2048,
                );
                const ask = (account: ServiceAccountRef) =>
                    decide(
                        { principal: "pods.eks.amazonaws.com" },
                        { action: "sts:AssumeRole", resource: role, resourcePolicy, context: tags(account) },
                    );
                const same = one.namespace === other.namespace && one.name === other.name;
                assert.equal(await ask(one), "Allowed");
                assert.equal(await ask(other), same ? "Allowed" : "ImplicitlyDenied");
            }),
            { numRuns: 50 },
        );
    });

    it("that could mean more than one are refused", () => {
        for (const name of [
            "*",
            "airflow-*",
            "a?",
            "",
            "A",
            "a b",
            "-a",
            "a-",
            "a:b",
            "a/b",
            `${"a".repeat(64)}`,
            "${aws:username}",
        ]) {
            assert.match(
                String(serviceAccountProblem({ namespace: "airflow", name })),
                /serviceAccount\.name is/,
                name,
            );
            assert.match(String(serviceAccountProblem({ namespace: name, name: "a" })), /serviceAccount\.namespace is/);
        }
    });
});
