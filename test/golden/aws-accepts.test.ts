import assert from "node:assert/strict";

import { awsManagedPolicies, awsManagedPolicy } from "../support/iam/managed-policies.ts";
import { grammarProblems, policiesOf } from "../support/iam/policy-grammar.ts";
import { ahead } from "../support/recordings.ts";
import { productionVariants } from "./production-variants.ts";
import { recordProduction } from "./production.ts";
import { type Recording } from "../../rehearsal/recording/recording.ts";

const stacks = { "the example itself": { changes: {} }, ...productionVariants };

for (const [variant, { changes }] of Object.entries(stacks)) {
    describe(`what AWS would refuse of a production stack with ${variant}`, () => {
        const recording = ahead(() => recordProduction(changes));
        let graph: Recording;
        before(async function () {
            this.timeout(120_000);
            graph = await recording();
        });

        it("is no managed policy that AWS does not have", () => {
            const attached = graph.resources
                .filter(({ type }) => type === "aws:iam/rolePolicyAttachment:RolePolicyAttachment")
                .map(({ inputs }) => awsManagedPolicy(String(inputs.policyArn)))
                .filter((policy) => policy !== undefined);
            assert.ok(attached.length > 0, "a database at RDS is measured by a role with one");
            assert.deepEqual(
                attached.filter((policy) => !awsManagedPolicies.has(policy)),
                [],
            );
        });

        it("is no policy that breaks IAM's grammar", () => {
            const policies = graph.resources.flatMap((resource) =>
                policiesOf(resource).map((policy) => ({ name: resource.name, policy })),
            );
            assert.ok(policies.length > 5, `only ${policies.length} policies`);
            assert.deepEqual(
                policies.flatMap(({ name, policy }) => grammarProblems(policy).map((problem) => `${name}: ${problem}`)),
                [],
            );
        });
    });
}
