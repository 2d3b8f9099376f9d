import assert from "node:assert/strict";

import { policyDocument } from "../../../components/aws/policy-document.ts";
import { keyStatements } from "../../../components/aws/encryption-key.ts";
import { policyLimits, sizeOf } from "../../../components/identity/roles/policy-problems.ts";
import { type Changes } from "../../golden/production.ts";
import { forgedClaims, forgedTags, ownClaims, ownTags } from "../../support/iam/forgeries.ts";
import { type Identity } from "../../support/iam/identities.ts";
import { airflowParts, anyArns, balancer, productionMatrix, proof, servicePolicies } from "./production-matrix.ts";
import { accountBoundaries, type ProductionGraph, productionGraph, region } from "./production-graph.ts";
import { decide, type Request } from "../../support/iam/simulation.ts";

const account = "123456789012";
const otherKey = `arn:aws:kms:${region}:${account}:key/secrets`;
const keyOfOthers = policyDocument(keyStatements({ id: account, region, partition: "aws" }));

/** IAM's limits. */
const longestRoleName = 64;
const mostPoliciesOfARole = 10;

const podsService = "pods.eks.amazonaws.com";
const everything = { everything: policyDocument([{ sid: "All", actions: ["*"], resources: ["*"] }]) };

interface Variant {
    readonly changes: Changes;
    /** Whether secrets are under a key that the stack was told of. */
    readonly ownSecretsKey: boolean;
    readonly binding: "pod-identity" | "irsa";
    /** Whether the account's owners made the boundaries, of which then every role carries one, also those of services. */
    readonly boundaryOfAccount: boolean;
}

const variants: Readonly<Record<string, Variant>> = {
    "as the example's file has it": {
        changes: {},
        ownSecretsKey: false,
        binding: "pod-identity",
        boundaryOfAccount: true,
    },
    "with IRSA, and secrets under a key of their own": {
        changes: {
            cluster: (cluster) => ({ ...cluster, identity: "irsa" }),
            airflow: (airflow) => ({ ...airflow, secrets: { ...(airflow.secrets as object), keyArn: otherKey } }),
        },
        ownSecretsKey: true,
        binding: "irsa",
        boundaryOfAccount: true,
    },
    "with the stack's own boundaries": {
        changes: {
            cluster: (cluster) => ({ ...cluster, permissionsBoundaryArn: undefined, serviceBoundaryArn: undefined }),
        },
        ownSecretsKey: false,
        binding: "pod-identity",
        boundaryOfAccount: false,
    },
};

for (const [named, { changes, ownSecretsKey, binding, boundaryOfAccount }] of Object.entries(variants)) {
    describe(`The roles of a production stack ${named}`, () => {
        let graph: ProductionGraph;
        const ofWorkloads: readonly string[] = [...airflowParts, proof];
        /** Whose account gets its role as the stack says. */
        const bound: readonly string[] = [...ofWorkloads, balancer];
        const all = [...bound, ...Object.keys(servicePolicies)];
        const isPart = (who: string) => ofWorkloads.includes(who);
        /** Nobody asks EKS for the role of the proof: cert-manager takes a token of its account to AWS. */
        const isByToken = (who: string) => who === proof || (binding === "irsa" && bound.includes(who));
        const isBounded = (who: string) => boundaryOfAccount || bound.includes(who);
        const role = (who: string): Identity => {
            const found = graph.roles.get(who);
            assert.ok(found, `there must be a role for ${who}`);
            return found;
        };

        before(async function () {
            this.timeout(600_000);
            graph = await productionGraph(changes, otherKey);
        });

        it("are all in the matrix, and all of the matrix are there", () => {
            assert.deepEqual([...graph.roles.keys()].sort(), [...all].sort());
            const made = graph.recording.resources.filter(({ type }) => type === "aws:iam/role:Role");
            assert.equal(made.length, all.length, "two roles trust alike");
        });

        const asked = (request: Request): Request => {
            const ofGraph = [...graph.resourcePolicies].find(([arn]) => `${request.resource}/`.startsWith(`${arn}/`));
            // Any key that others made leaves it to IAM, as these do.
            const resourcePolicy = ofGraph?.[1] ?? (request.action.startsWith("kms:") ? keyOfOthers : undefined);
            return { ...request, resourcePolicy };
        };

        // Its ARNs are known once the graph is; what is asked is known now.
        const titles = productionMatrix(anyArns, { ownSecretsKey }).map(({ what, mayHaveIt, never }) => ({
            what,
            mayHaveIt,
            never,
        }));
        titles.forEach(({ what, mayHaveIt, never }, index) => {
            const cell = () => {
                const found = productionMatrix(graph.arns, { ownSecretsKey })[index];
                assert.ok(found?.what === what);
                return found;
            };

            it(`let ${mayHaveIt.length === 0 ? "nobody" : mayHaveIt.join(" and ")} ${what}`, async () => {
                const { request } = cell();
                for (const who of all) {
                    const decision = await decide(role(who), asked(request));
                    assert.equal(decision === "Allowed", mayHaveIt.includes(who), `${who}: ${decision}`);
                }
            });

            if (never !== undefined && (never !== "the account's" || boundaryOfAccount)) {
                const held = all.filter((who) => (never === "workloads'" ? isPart(who) : isBounded(who)));
                it(`let nobody ${what}, whatever AWS's own policies or a mistake grant`, async () => {
                    const { request } = cell();
                    for (const who of held) {
                        const granted = { ...role(who), policies: everything };
                        assert.notEqual(await decide(granted, asked(request)), "Allowed", who);
                        assert.equal(
                            await decide({ ...granted, boundary: undefined }, asked(request)),
                            "Allowed",
                            "it must be the boundary that stops it",
                        );
                    }
                });
            }
        });

        it("carry the boundary that the stack's file says, workloads another than the cluster's own", () => {
            const boundaries = graph.recording.resources.flatMap(({ type, name, inputs }) =>
                type === "aws:iam/role:Role" ? [[name, inputs.permissionsBoundary] as const] : [],
            );
            const own = (name: string) => {
                const [, of] = /^(airflow|entrance|load-balancer)-/.exec(name) ?? [];
                const purpose = of === "load-balancer" ? of : of && "workload";
                return purpose && `arn:aws:iam::${account}:policy/airflow-prod-${purpose}-boundary`;
            };
            for (const [name, carried] of boundaries) {
                const ofWorkload = /^(airflow|entrance)-/.test(name);
                const ofAccount = ofWorkload ? accountBoundaries.workloads : accountBoundaries.services;
                assert.equal(carried, boundaryOfAccount ? ofAccount : own(name), name);
            }
            assert.equal(boundaries.length, all.length);
        });

        it("have AWS's own policies only where a service dictates them, and no action with a wildcard", () => {
            for (const who of all) {
                const { policies = {}, unreadPolicyArns } = role(who);
                const expected = servicePolicies[who] ?? [];
                assert.deepEqual(
                    [...unreadPolicyArns].sort(),
                    expected.map((policy) => `arn:aws:iam::aws:policy/${policy}`).sort(),
                    who,
                );
                const actions = Object.values(policies).flatMap(({ Statement }) =>
                    Statement.flatMap(({ Action }) => Action as string[]),
                );
                assert.ok(expected.length + actions.length > 0, `${who} may do nothing, so it needs no role`);
                assert.deepEqual(
                    actions.filter((action) => /[*?]/.test(action)),
                    [],
                    who,
                );
            }
        });

        it("are within AWS's limits", () => {
            for (const { name, trust, policies = {}, boundary, unreadPolicyArns } of graph.roles.values()) {
                const inline = Object.values(policies).reduce((sum, policy) => sum + sizeOf(policy), 0);
                assert.ok(name.length <= longestRoleName, name);
                assert.ok(sizeOf(trust) <= policyLimits.trust, name);
                assert.ok(inline <= policyLimits.inline, name);
                assert.ok(boundary === undefined || sizeOf(boundary) <= policyLimits.managed, name);
                assert.ok(unreadPolicyArns.length <= mostPoliciesOfARole, name);
            }
            for (const [arn, policy] of graph.resourcePolicies) {
                assert.ok(sizeOf(policy) <= (arn.startsWith("arn:aws:kms:") ? 32_768 : 20_480), arn);
            }
        });

        /** Whether whoever asks so is given the role. */
        const given = async (who: string, principal: string, action: string, context: Request["context"]) => {
            const { principal: resource, trust: resourcePolicy } = role(who);
            const decision = await decide({ principal }, { action, resource, resourcePolicy, context });
            return decision === "Allowed";
        };

        for (const who of all.filter((each) => each.includes("/"))) {
            const [namespace = "", name = ""] = who.split("/");
            const serviceAccount = { namespace, name };
            if (isByToken(who)) {
                const ask = (claims: Record<string, string>, provider = graph.oidcProvider) => {
                    const issuer = provider.slice(provider.indexOf("/") + 1);
                    const context = Object.entries(claims).map(([claim, value]) => [`${issuer}:${claim}`, value]);
                    return given(who, provider, "sts:AssumeRoleWithWebIdentity", Object.fromEntries(context));
                };
                it(`are given to ${who} with its token, and to no other token`, async () => {
                    assert.equal(await ask(ownClaims(serviceAccount)), true);
                    for (const [attack, claims] of Object.entries(forgedClaims(serviceAccount))) {
                        assert.equal(await ask(claims), false, attack);
                    }
                    const elsewhere = graph.oidcProvider.replace(/.{8}$/, "FFFFFFFF");
                    assert.equal(await ask(ownClaims(serviceAccount), elsewhere), false, "another cluster");
                    const stranger = graph.oidcProvider.replace(account, "210987654321");
                    assert.equal(await ask(ownClaims(serviceAccount), stranger), false, "another account");
                    const tags = ownTags(graph.arns.cluster, serviceAccount);
                    assert.equal(await given(who, podsService, "sts:AssumeRole", tags), false, "EKS Pod Identity");
                });
                continue;
            }
            it(`are given to ${who} of this cluster, and to no other pod`, async () => {
                const { cluster } = graph.arns;
                for (const action of ["sts:AssumeRole", "sts:TagSession"]) {
                    const own = ownTags(cluster, serviceAccount);
                    assert.equal(await given(who, podsService, action, own), true);
                    for (const [attack, tags] of Object.entries(forgedTags(cluster, serviceAccount))) {
                        assert.equal(await given(who, podsService, action, tags), false, attack);
                    }
                    for (const principal of ["ec2.amazonaws.com", `arn:aws:iam::${account}:role/somebody`]) {
                        assert.equal(await given(who, principal, action, own), false, principal);
                    }
                }
            });
        }

        for (const who of all.filter((each) => !each.includes("/"))) {
            it(`are given to ${who}, and to no other service`, async () => {
                const onBehalfOfUs = sourceOf(who);
                const others = [...all.filter((each) => !each.includes("/") && each !== who), podsService];
                const people = [`arn:aws:iam::${account}:role/somebody`, "arn:aws:iam::210987654321:role/stranger"];
                assert.equal(await given(who, who, "sts:AssumeRole", onBehalfOfUs), true);
                for (const principal of [...others, ...people]) {
                    assert.equal(await given(who, principal, "sts:AssumeRole", onBehalfOfUs), false, principal);
                }
                for (const [key, value] of Object.entries(onBehalfOfUs)) {
                    const foreign = { ...onBehalfOfUs, [key]: value.replace(account, "210987654321") };
                    const silent = Object.fromEntries(Object.entries(onBehalfOfUs).filter(([each]) => each !== key));
                    assert.equal(await given(who, who, "sts:AssumeRole", foreign), false, `${key} of another account`);
                    assert.equal(await given(who, who, "sts:AssumeRole", silent), false, `without ${key}`);
                }
            });
        }

        it("are given to the one service account by the association, or by its annotation", () => {
            for (const who of bound) {
                const [namespace, serviceAccount] = who.split("/");
                const { clusterName, ...rest } = { clusterName: "airflow-prod", namespace, serviceAccount };
                const own = { clusterName, ...rest, targetRoleArn: undefined, disableSessionTags: false };
                assert.deepEqual(role(who).associations, isByToken(who) ? [] : [own]);
            }
        });

        it("are given to the add-ons' own service accounts by the add-ons", () => {
            const names = graph.recording.resources
                .filter(({ type }) => type === "aws:eks/addon:Addon")
                .flatMap(
                    ({ inputs }) =>
                        (inputs.podIdentityAssociations ?? []) as { serviceAccount: string; roleArn: string }[],
                )
                .map(({ serviceAccount, roleArn }) => [`kube-system/${serviceAccount}`, roleArn] as const);
            assert.equal(names.length, 2);
            for (const [who, roleArn] of names) {
                assert.equal(roleArn, role(who).principal, who);
            }
        });
    });
}

/** On whose behalf a service asks, where the role's trust wants to know. */
function sourceOf(service: string): Readonly<Record<string, string>> {
    const sources: Readonly<Record<string, Readonly<Record<string, string>>>> = {
        "vpc-flow-logs.amazonaws.com": {
            "aws:SourceAccount": account,
            "aws:SourceArn": `arn:aws:ec2:${region}:${account}:vpc-flow-log/fl-0123456789abcdef0`,
        },
        "monitoring.rds.amazonaws.com": { "aws:SourceAccount": account },
    };
    return sources[service] ?? {};
}
