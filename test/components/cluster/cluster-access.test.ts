import assert from "node:assert/strict";

import { ClusterAccess, type ClusterAccessArgs } from "../../../components/cluster/cluster-access.ts";
import { callerProblem, principalsProblem } from "../../../components/cluster/principals.ts";
import { problemText } from "../../../components/problem.ts";
import { madeUpAccount } from "../../support/made-up-aws.ts";
import { underMocks } from "../../support/mocks.ts";
import { deployer } from "./usual-cluster.ts";

const kinds = [
    "aws:eks/accessEntry:AccessEntry",
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
    "aws:eks/identityProviderConfig:IdentityProviderConfig",
];
const person = "arn:aws:iam::123456789012:user/people/ada";

const access = (args: Partial<ClusterAccessArgs> = {}) =>
    underMocks(
        kinds,
        () => new ClusterAccess("access", { clusterName: "prod", account: madeUpAccount, admins: [deployer], ...args }),
    );

describe("ClusterAccess", () => {
    it("lets readers in with their groups, and with no policy of AWS's", async () => {
        const arn = "arn:aws:iam::123456789012:role/analytics";
        const { registered } = await access({ readers: [{ arn, groups: ["airflow-linkerd:team:analytics"] }] });
        assert.deepEqual(registered.input("access-reader-analytics", "kubernetesGroups"), [
            "airflow-linkerd:team:analytics",
        ]);
        assert.equal(registered.input("access-reader-analytics", "principalArn"), arn);
        assert.deepEqual(
            registered
                .ofType("aws:eks/accessPolicyAssociation:AccessPolicyAssociation")
                .map(({ inputs }) => inputs.principalArn),
            [deployer],
        );
    });

    it("lets admins do everything and viewers see everything but Secrets, in the whole cluster", async () => {
        const { registered } = await access({ viewers: [person] });
        const policyOf = (name: string) => registered.input(`access-${name}-policy`, "policyArn");
        assert.equal(policyOf("admin-deployer"), "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy");
        assert.equal(policyOf("view-ada"), "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy");
        assert.deepEqual(registered.input("access-view-ada-policy", "accessScope"), { type: "cluster" });
        assert.equal(registered.input("access-view-ada", "principalArn"), person);
        assert.equal(registered.input("access-view-ada", "clusterName"), "prod");
    });

    it("gives a policy only to an entry that is there", async () => {
        const { registered } = await access();
        assert.ok(registered.dependenciesOf("access-admin-deployer-policy").includes("access-admin-deployer"));
    });

    it("takes the provider's word for who people are, under names that are none of Kubernetes' own", async () => {
        const people = { issuer: "https://login.example.com", clientId: "kubectl", groupsClaim: "groups" };
        const { registered } = await access({ people });
        assert.deepEqual(registered.input("access-people", "oidc"), {
            identityProviderConfigName: "people",
            issuerUrl: "https://login.example.com",
            clientId: "kubectl",
            usernameClaim: "sub",
            usernamePrefix: "oidc:",
            groupsClaim: "groups",
            groupsPrefix: "oidc:",
        });
        assert.equal(
            (await access()).registered.ofType("aws:eks/identityProviderConfig:IdentityProviderConfig").length,
            0,
        );
    });

    it("keeps each entry's name when another comes before it", async () => {
        const { registered } = await access({ admins: [person, deployer] });
        assert.equal(registered.input("access-admin-deployer", "principalArn"), deployer);
    });
});

describe("principals of a cluster", () => {
    const refused = (admins: string[], viewers: string[] = []): string => {
        const problem = principalsProblem(admins, viewers);
        assert.ok(problem);
        return problemText(problem);
    };

    it("are roles and users, wherever they are in IAM", () => {
        const gov = "arn:aws-us-gov:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123";
        assert.equal(principalsProblem([deployer, gov], [person]), undefined);
    });

    it("are no sessions, no accounts, no wildcards and no other things", () => {
        for (const arn of [
            "arn:aws:sts::123456789012:assumed-role/deployer/run-42",
            "arn:aws:iam::123456789012:root",
            "arn:aws:iam::123456789012:role/*",
            "arn:aws:iam::123456789012:group/admins",
            "deployer",
        ]) {
            assert.match(refused([arn]), /^admins\[0\] is ".*": it must be the ARN of an IAM role or user/, arn);
        }
    });

    it("are each there once, also by name, and one at least may deploy", () => {
        assert.match(refused([]), /^admins is an empty list/);
        assert.match(refused([deployer], [deployer]), /^viewers\[0\] is .*: it is in admins\[0\] already/);
        assert.match(
            refused([deployer, "arn:aws:iam::123456789012:role/ci/deployer"]),
            /^admins\[1\] is .*: its name is that of admins\[0\]/,
        );
    });

    it("are who deploys, by who AWS says that is, in their own account only", () => {
        const deploys = (callerArn: string, admins: string[]) => callerProblem(callerArn, admins) === undefined;
        assert.ok(deploys("arn:aws:sts::123456789012:assumed-role/deployer/x", [deployer]));
        assert.ok(
            deploys("arn:aws:sts::123456789012:assumed-role/deep/x", ["arn:aws:iam::123456789012:role/a/b/deep"]),
        );
        assert.ok(deploys(person, [deployer, person]));
        assert.ok(!deploys("arn:aws:sts::210987654321:assumed-role/deployer/x", [deployer]));
        assert.ok(!deploys("arn:aws:sts::123456789012:assumed-role/ada/x", [person]));
        assert.ok(!deploys("arn:aws:iam::123456789012:user/deployer", [deployer]));
        assert.match(
            String(callerProblem("arn:aws:sts::123456789012:assumed-role/other/run-42", [deployer])),
            /admins has arn:aws:iam::123456789012:role\/deployer, and you are .*assumed-role\/other.* Add your role/,
        );
    });
});
