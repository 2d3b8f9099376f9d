import assert from "node:assert/strict";

import { type ApiObject } from "../../../rehearsal/providers/kubernetes/api.ts";
import { waitFor } from "../../../rehearsal/providers/kubernetes/wait-for.ts";

const object: ApiObject = {
    metadata: { generation: 2 },
    status: {
        phase: "Bound",
        observedGeneration: 2,
        conditions: [
            { type: "Ready", status: "True" },
            { type: "Issuing", status: "False", reason: "Denied", message: "no such issuer" },
            { type: "Old", status: "True", observedGeneration: 1 },
        ],
        certificates: [{ name: "a", "not-after": "tomorrow" }, { name: "b" }],
    },
};

const state = (annotation: string): string => waitFor(annotation)(object).state;

describe("annotation pulumi.com/waitFor", () => {
    it("waits for a condition to be True, or to have the given status", () => {
        assert.equal(state("condition=Ready"), "ready");
        assert.equal(state("condition=ready=true"), "ready");
        assert.equal(state("condition=Issuing"), "waiting");
        assert.equal(state("condition=Issuing=False"), "ready");
        assert.equal(state("condition=Missing"), "waiting");
    });

    it("does not take a condition of an earlier version for one of this", () => {
        assert.equal(state("condition=Old"), "waiting");
    });

    it("says what the condition says now", () => {
        assert.match(waitFor("condition=Issuing")(object).message, /Issuing=True, now False: Denied: no such issuer/);
    });

    it("follows a JSONPath to a value, or to any value", () => {
        assert.equal(state("jsonpath={.status.phase}=Bound"), "ready");
        assert.equal(state("jsonpath=.status.phase=Pending"), "waiting");
        assert.equal(state("jsonpath={.status.phase}"), "ready");
        assert.equal(state("jsonpath={.status.missing.deeper}"), "waiting");
        assert.equal(state("jsonpath={.status.certificates[1].name}=b"), "ready");
        assert.equal(state("jsonpath={.status.certificates[*].name}=b"), "ready");
        assert.equal(state("jsonpath={.status.certificates[0]['not-after']}=tomorrow"), "ready");
    });

    it("waits for all expressions of an array", () => {
        assert.equal(state('["condition=Ready", "jsonpath={.status.phase}=Bound"]'), "ready");
        assert.equal(state('["condition=Ready", "condition=Missing"]'), "waiting");
    });

    it("refuses what it cannot read", () => {
        for (const wrong of ["Ready", "condition=", "jsonpath={.items[?(@.a)]}", "jsonpath={}", "[]", "[1]"]) {
            assert.throws(() => waitFor(wrong), /pulumi\.com\/waitFor is /, wrong);
        }
    });
});
