import assert from "node:assert/strict";

import { AdmissionGate } from "../../../../components/teams/admission/admission-gate.ts";
import { gatePolicies } from "../../../../components/teams/admission/gate-policies.ts";
import { underMocks } from "../../../support/mocks.ts";

const args = {
    scheduler: "system:serviceaccount:airflow:airflow-scheduler",
    proxyImage: "cr.l5d.io/linkerd/proxy",
};
const kinds = ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"].map(
    (kind) => `kubernetes:admissionregistration.k8s.io/v1:${kind}`,
);

describe("AdmissionGate", () => {
    it("binds every policy, and lets nothing through when it cannot be asked", async () => {
        const { registered } = await underMocks(kinds, () => new AdmissionGate("gate", args));
        const names = gatePolicies(args).map(({ name }) => name);
        assert.deepEqual(names, ["pods", "launched", "entry", "tokens", "chain"]);
        for (const name of names) {
            assert.equal(registered.input(`gate-${name}-policy`, "spec.failurePolicy"), "Fail");
            assert.equal(registered.input(`gate-${name}-binding`, "spec.policyName"), `airflow-linkerd-teams-${name}`);
            assert.deepEqual(registered.input(`gate-${name}-binding`, "spec.validationActions"), ["Deny", "Audit"]);
        }
    });

    it("guards teams' namespaces and no others, and binds to all of them", async () => {
        const { registered } = await underMocks(kinds, () => new AdmissionGate("gate", args));
        for (const { name } of gatePolicies(args)) {
            assert.deepEqual(registered.input(`gate-${name}-policy`, "spec.matchConstraints.namespaceSelector"), {
                matchExpressions: [{ key: "airflow-linkerd.io/team", operator: "Exists" }],
            });
            assert.equal(registered.input(`gate-${name}-binding`, "spec.matchResources"), undefined);
        }
    });

    it("says in every refusal whose team it is and whom to ask", () => {
        for (const { spec } of gatePolicies(args)) {
            for (const { messageExpression } of spec.validations) {
                assert.match(messageExpression, /^"team " \+ variables\.team \+ ": " \+ /);
                assert.match(messageExpression, /\+ "\. Ask " \+ variables\.owners \+ "\."$/);
            }
        }
    });
});
