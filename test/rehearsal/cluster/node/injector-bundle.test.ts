import assert from "node:assert/strict";

import { injectorBundle } from "../../../../rehearsal/cluster/node/injector-bundle.ts";

describe("what the injector gives pods of the trust roots", () => {
    it("has the SHA-256 of the exact text", () => {
        // printf 'abc\n' | sha256sum
        const known = "edeaaff3f1774ad2888673770c6d64097e391bc362d7d6fb34982ddf0efd18cb";
        assert.equal(injectorBundle({ data: { "ca-bundle.crt": "abc\n" } })?.trustRootSha256, known);
        assert.notEqual(injectorBundle({ data: { "ca-bundle.crt": "abc" } })?.trustRootSha256, known);
    });

    it("has the roots, with one line's end behind them as Linkerd writes them", () => {
        assert.equal(injectorBundle({ data: { "ca-bundle.crt": "\nabc\n\n" } })?.trustAnchors, "abc\n");
    });

    it("does not exist without roots", () => {
        assert.equal(injectorBundle(undefined), undefined);
        assert.equal(injectorBundle({ data: {} }), undefined);
    });
});
