import assert from "node:assert/strict";

import { MeshNamespaces } from "../../../components/mesh/mesh-namespaces.ts";
import { underMocks } from "../../support/mocks.ts";

describe("MeshNamespaces", () => {
    it("labels the control plane's namespace, so that it gets the trust roots and its own webhooks leave it alone", async () => {
        const { registered } = await underMocks(
            ["kubernetes:core/v1:Namespace"],
            () => new MeshNamespaces("namespaces"),
        );
        assert.deepEqual(registered.input("namespaces-linkerd", "metadata"), {
            name: "linkerd",
            labels: {
                "linkerd.io/is-control-plane": "true",
                "linkerd.io/control-plane-ns": "linkerd",
                "config.linkerd.io/admission-webhooks": "disabled",
                "pod-security.kubernetes.io/enforce": "privileged",
            },
            annotations: { "linkerd.io/inject": "disabled" },
        });
        assert.equal(registered.input("namespaces-viz", "metadata.name"), "linkerd-viz");
        assert.equal(registered.input("namespaces-viz", "metadata.labels.linkerd\\.io/extension"), "viz");
    });
});
