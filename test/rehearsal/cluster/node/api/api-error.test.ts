import assert from "node:assert/strict";

import { ApiException } from "@kubernetes/client-node";

import { explain, namespaceIsEnding, refusalCode } from "../../../../../rehearsal/cluster/node/api/api-error.ts";

const refused = (code: number, body: unknown): ApiException<unknown> => new ApiException(code, "", body, {});

describe("an error of the API server", () => {
    it("is told in the server's own words", () => {
        const error = refused(403, JSON.stringify({ kind: "Status", message: "nodes is forbidden" }));
        assert.equal(explain(error), "the API server answered 403: nodes is forbidden");
        assert.equal(refusalCode(error), 403);
    });

    it("is told as it came when something else answered", () => {
        assert.equal(explain(refused(502, "Bad Gateway\n")), "the API server answered 502: Bad Gateway");
    });

    it("is told by its innermost cause when the server was not reached", () => {
        const error = new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED 127.0.0.1:6443") });
        assert.equal(explain(error), "connect ECONNREFUSED 127.0.0.1:6443");
        assert.equal(refusalCode(error), undefined);
    });

    it("is no reason to try again when the namespace is going away, unlike a missing permission", () => {
        const going = {
            kind: "Status",
            message: "forbidden",
            details: { causes: [{ reason: "NamespaceTerminating" }] },
        };
        assert.ok(namespaceIsEnding(refused(403, JSON.stringify(going))));
        assert.ok(!namespaceIsEnding(refused(403, JSON.stringify({ message: "forbidden" }))));
    });
});
