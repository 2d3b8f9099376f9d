import assert from "node:assert/strict";

import { ExistingCluster, type ExistingClusterArgs } from "../../../components/cluster/existing-cluster.ts";
import {
    type ExistingClusterFacts,
    existingClusterProblems,
} from "../../../components/cluster/existing-cluster-problems.ts";
import { type Answers, usualAnswers } from "../../../rehearsal/providers/aws/answers.ts";
import { failure, underMocks, value } from "../../support/mocks.ts";

const good: ExistingClusterFacts = {
    status: "ACTIVE",
    version: "1.35",
    authenticationMode: "API_AND_CONFIG_MAP",
    autoMode: false,
    issuer: "https://oidc.example/id/1",
    oidcProviderArn: "arn:aws:iam::123456789012:oidc-provider/oidc.example/id/1",
    vpcCniSettings: '{"enableNetworkPolicy":"true"}',
    podIdentityAgent: true,
};
const needs = { clusterName: "prod", bindings: ["pod-identity", "irsa"] as const };
const problems = (change: Partial<ExistingClusterFacts>, more = {}) =>
    existingClusterProblems({ ...good, ...change }, { ...needs, ...more });

describe("a cluster that is there", () => {
    it("is used when nothing is missing", () => {
        assert.deepEqual(problems({}), []);
        assert.deepEqual(problems({ version: "1.31", vpcCniSettings: "enableNetworkPolicy: true" }), []);
    });

    it("is refused with what is missing and the way out", () => {
        const refused: [Partial<ExistingClusterFacts>, RegExp][] = [
            [{ status: "UPDATING" }, /its status is UPDATING, and it must be ACTIVE/],
            [{ version: "1.30" }, /its version is 1\.30, and native sidecars .* need 1\.31\. Upgrade it/],
            [
                { authenticationMode: "CONFIG_MAP" },
                /CONFIG_MAP, and access is given by entries\. Change it to API_AND_CONFIG_MAP/,
            ],
            [
                { vpcCniSettings: undefined },
                /it has no add-on vpc-cni.* Add it with enableNetworkPolicy, or say what enforces it/,
            ],
            [{ vpcCniSettings: "" }, /its add-on vpc-cni does not enforce NetworkPolicy\. Set enableNetworkPolicy/],
            [{ vpcCniSettings: '{"enableNetworkPolicy":"false"}' }, /does not enforce NetworkPolicy/],
            [{ autoMode: true }, /only with the ConfigMap kube-system\/amazon-vpc-cni.* say so/],
            [{ podIdentityAgent: false }, /no add-on eks-pod-identity-agent.* Add it, or bind roles by irsa/],
            [
                { oidcProviderArn: undefined },
                /IAM has no OIDC provider for https:\/\/oidc\.example.* or bind roles by pod-identity/,
            ],
        ];
        for (const [change, why] of refused) {
            const found = problems(change);
            assert.equal(found.length, 1, JSON.stringify(found));
            assert.match(String(found[0]), why);
        }
        assert.match(String(existingClusterProblems(undefined, needs)), /name is "prod": there is no such EKS cluster/);
    });

    it("needs for credentials only what the stack uses", () => {
        assert.deepEqual(problems({ podIdentityAgent: false }, { bindings: ["irsa"] }), []);
        assert.deepEqual(problems({ oidcProviderArn: undefined }, { bindings: ["pod-identity"] }), []);
        assert.deepEqual(problems({ podIdentityAgent: false, oidcProviderArn: undefined }, { bindings: [] }), []);
    });

    it("may enforce NetworkPolicy by something else that the stack names", () => {
        assert.deepEqual(problems({ vpcCniSettings: undefined }, { networkPolicyEnforcedBy: "cilium" }), []);
        assert.deepEqual(
            problems({ autoMode: true, podIdentityAgent: false }, { networkPolicyEnforcedBy: "auto mode" }),
            [],
        );
    });

    it("is told everything that is missing at once", () => {
        assert.equal(problems({ version: "1.29", vpcCniSettings: "", podIdentityAgent: false }).length, 3);
    });
});

describe("ExistingCluster", () => {
    const args: ExistingClusterArgs = { clusterName: "theirs", region: "eu-west-1", bindings: ["pod-identity"] };
    const look = (answers: Answers, preview = false) =>
        underMocks([], () => new ExistingCluster("cluster", args), { preview, answers });

    for (const preview of [false, true]) {
        it(`tells what it found${preview ? ", in previews too" : ""}, and makes nothing`, async () => {
            const { made, registered } = await look(usualAnswers(), preview);
            assert.equal(await value(made.name), "theirs");
            assert.equal(await value(made.oidcIssuer), "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF");
            assert.equal(
                await value(made.oidcProviderArn),
                "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF",
            );
            assert.match(await value(made.kubeconfig), /"get-token","--cluster-name","theirs"/);
            assert.equal(await value(made.clusterSecurityGroupId), "sg-0123456789abcdef0");
            assert.equal(registered.resources.length, 1);
        });
    }

    it("ends the run when an add-on is missing, in the words of the provider", async () => {
        const { "aws:eks/getAddon:getAddon": addon, ...others } = usualAnswers();
        const without: Answers = {
            ...others,
            "aws:eks/getAddon:getAddon": (asked, region) => {
                if (asked.addonName === "eks-pod-identity-agent") {
                    throw new Error("reading EKS Add-On (theirs:eks-pod-identity-agent): couldn't find resource");
                }
                return addon?.(asked, region) ?? {};
            },
        };
        const { made } = await look(without);
        assert.match(
            await failure(made.kubeconfig),
            /the cluster theirs cannot be used:\n {2}- it has no add-on eks-pod-identity-agent/,
        );
    });

    it("does not need a provider at IAM where no role is bound by it", async () => {
        const answers: Answers = {
            ...usualAnswers(),
            "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": () => {
                throw new Error("finding IAM OIDC Provider by url (https://oidc.example): not found");
            },
        };
        const { made } = await look(answers);
        assert.equal(await value(made.oidcProviderArn), undefined);
    });
});
