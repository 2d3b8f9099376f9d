import assert from "node:assert/strict";

import fc from "fast-check";

import { policyName } from "../../../../components/mesh/policy/objects/policy-name.ts";

const label = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
const parts = fc.array(label, { minLength: 1, maxLength: 4 });

describe("policyName", () => {
    it("is one that Kubernetes takes, for an object and for a label's value", () => {
        fc.assert(
            fc.property(parts, (given) => {
                assert.match(
                    policyName(...given),
                    /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
                );
            }),
        );
    });

    it("differs where its parts do", () => {
        fc.assert(
            fc.property(parts, parts, (one, other) => {
                fc.pre(one.join(".") !== other.join("."));
                assert.notEqual(policyName(...one), policyName(...other));
            }),
        );
        assert.notEqual(policyName("a-b", "c"), policyName("a", "b-c"));
        const long = "x".repeat(63);
        assert.notEqual(policyName(long, "a"), policyName(long, "b"));
    });

    it("reads as its parts do, as long as it can", () => {
        assert.equal(policyName("api-server", 8080, "tasks"), "api-server.8080.tasks");
    });
});
