import assert from "node:assert/strict";

import { selects } from "../../../../../../../rehearsal/cluster/node/process/network/policy/selector.ts";

const labels = { app: "web", tier: "front" };

describe("a label selector", () => {
    it("chooses everything when it is empty, and nothing when it is absent", () => {
        assert.equal(selects({}, labels), true);
        assert.equal(selects({}, {}), true);
        assert.equal(selects(undefined, labels), false);
    });

    it("asks for every label that it names", () => {
        assert.equal(selects({ matchLabels: { app: "web", tier: "front" } }, labels), true);
        assert.equal(selects({ matchLabels: { app: "web", tier: "back" } }, labels), false);
        assert.equal(selects({ matchLabels: { app: "web", zone: "a" } }, labels), false);
    });

    for (const [operator, values, whenWeb, whenAbsent] of [
        ["In", ["web", "api"], true, false],
        ["In", ["api"], false, false],
        ["NotIn", ["web"], false, true],
        ["NotIn", ["api"], true, true],
        ["Exists", undefined, true, false],
        ["DoesNotExist", undefined, false, true],
    ] as const) {
        it(`takes ${operator} ${values?.join(", ") ?? ""} as Kubernetes does, also where the label is absent`, () => {
            const selector = { matchExpressions: [{ key: "app", operator, values: values && [...values] }] };
            assert.equal(selects(selector, labels), whenWeb);
            assert.equal(selects(selector, { tier: "front" }), whenAbsent);
        });
    }

    it("refuses an operator that it does not know, which might mean less than it seems", () => {
        const selector = { matchExpressions: [{ key: "app", operator: "Like", values: ["w*"] }] };
        assert.throws(() => selects(selector, labels), {
            message: 'a label selector has the operator "Like" for "app": In, NotIn, Exists and DoesNotExist are known',
        });
    });
});
