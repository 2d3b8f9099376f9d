import assert from "node:assert/strict";

import { trustRootSha256 } from "../../../../rehearsal/cluster/node/injector-bundle.ts";

describe("the injector's fingerprint of the trust bundle", () => {
    it("is the SHA-256 of the exact text", () => {
        // printf 'abc\n' | sha256sum
        const known = "edeaaff3f1774ad2888673770c6d64097e391bc362d7d6fb34982ddf0efd18cb";
        assert.equal(trustRootSha256({ data: { "ca-bundle.crt": "abc\n" } }), known);
        assert.notEqual(trustRootSha256({ data: { "ca-bundle.crt": "abc" } }), known);
    });

    it("does not exist without a bundle", () => {
        assert.equal(trustRootSha256(undefined), undefined);
        assert.equal(trustRootSha256({ data: {} }), undefined);
    });
});
