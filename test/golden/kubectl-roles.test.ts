import assert from "node:assert/strict";

import { type Recording } from "../../rehearsal/recording/recording.ts";
import { ahead } from "../support/recordings.ts";
import { recordProduction } from "./production.ts";

const role = "arn:aws:iam::123456789012:role/analytics-engineers";
const group = "airflow-linkerd:team:analytics";
const team = {
    name: "analytics",
    owners: ["#analytics"],
    dags: { kind: "git", repository: "https://github.com/acme/analytics.git", ref: "main" },
    kubectlRoles: [role],
};

describe("the graph of a stack whose team has a role of IAM for kubectl", () => {
    const recording = ahead(() =>
        recordProduction({
            teams: () => [team, { ...team, name: "billing", kubectlRoles: [] }],
            // A stack has either.
            airflow: ({ dagBundles: _, ...airflow }) => airflow,
        }),
    );
    let deployed: Recording;

    before(async function () {
        this.timeout(120_000);
        deployed = await recording();
    });

    const specs = (type: RegExp) =>
        deployed.resources.filter((each) => type.test(each.type)).map(({ inputs }) => inputs);

    it("lets it into the cluster in the group of its team, and in nothing of AWS's", () => {
        const entries = specs(/:AccessEntry$/).filter(({ principalArn }) => principalArn === role);
        assert.deepEqual(
            entries.map(({ kubernetesGroups }) => kubernetesGroups),
            [[group]],
        );
        const policies = specs(/:AccessPolicyAssociation$/);
        assert.ok(policies.length > 0);
        assert.deepEqual(
            policies.filter((each) => JSON.stringify(each).includes(role)),
            [],
        );
    });

    it("gives that group rights in the namespace of its team alone", () => {
        const bound = deployed.resources.filter(
            ({ type, inputs }) =>
                /:(RoleBinding|ClusterRoleBinding)$/.test(type) && JSON.stringify(inputs).includes(group),
        );
        assert.deepEqual(
            bound.map(({ type, inputs }) => [type, (inputs.metadata as { namespace: string }).namespace]),
            [["kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "team-analytics"]],
        );
    });
});
