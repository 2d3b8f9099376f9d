import assert from "node:assert/strict";

import { proxyImage } from "../../../components/mesh/proxy-image.ts";

describe("the image of proxies", () => {
    it("is Linkerd's own unless the stack takes it from elsewhere", () => {
        assert.equal(proxyImage({}), "cr.l5d.io/linkerd/proxy");
        assert.equal(proxyImage({ proxy: { image: { version: "edge-1" } } }), "cr.l5d.io/linkerd/proxy");
        assert.equal(
            proxyImage({ proxy: { image: { name: "mirror.example.com/proxy" } } }),
            "mirror.example.com/proxy",
        );
    });
});
