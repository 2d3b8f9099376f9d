import assert from "node:assert/strict";

import { MeshNamespaces } from "../../../components/mesh/mesh-namespaces.ts";
import { ownLabels } from "../../../components/mesh/names.ts";
import { underMocks } from "../../support/mocks.ts";

describe("MeshNamespaces", () => {
    it("labels the control plane's namespace, so that it gets the trust roots and its own webhooks leave it alone", async () => {
        const { registered } = await underMocks(
            ["kubernetes:core/v1:Namespace"],
            () => new MeshNamespaces("namespaces", { policy: "enforce" }),
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

    it("has the pods of viz refuse what nothing allows, or only count it", async () => {
        for (const [policy, annotation] of [
            ["enforce", "deny"],
            ["audit", "audit"],
        ] as const) {
            const { registered } = await underMocks(
                ["kubernetes:core/v1:Namespace"],
                () => new MeshNamespaces("namespaces", { policy }),
            );
            assert.deepEqual(registered.input("namespaces-viz", "metadata.annotations"), {
                "config.linkerd.io/default-inbound-policy": annotation,
            });
        }
    });

    it("keeps the namespace that CertManager itself once had, and does not make it anew", async () => {
        const { registered } = await underMocks(
            ["kubernetes:core/v1:Namespace"],
            () => new MeshNamespaces("namespaces", { policy: "enforce" }),
        );
        const [alias] = registered.get("namespaces-cert-manager").aliases;
        assert.deepEqual(
            [alias?.getSpec()?.getName(), alias?.getSpec()?.getParenturn()],
            [
                "cert-manager-namespace",
                "urn:pulumi:dev::airflow-linkerd::airflow-linkerd:index:CertManager::cert-manager",
            ],
        );
        assert.equal(registered.input("namespaces-cert-manager", "metadata.name"), "cert-manager");
        // By which the next deployment knows it for the stack's own.
        assert.deepEqual(registered.input("namespaces-cert-manager", "metadata.labels"), ownLabels);
    });
});
