import assert from "node:assert/strict";

import { GatewayApi } from "../../../components/mesh/gateway-api.ts";
import { parseManifest, readManifest } from "../../../components/manifest.ts";
import { underMocks } from "../../support/mocks.ts";

const manifest = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: tlsroutes.gateway.networking.k8s.io
spec:
  group: gateway.networking.k8s.io
status:
  conditions: []
---
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: safe-upgrades
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: safe-upgrades
`;

describe("GatewayApi", () => {
    it("makes every object of the manifest, and two of one name told apart by their kind", async () => {
        const { registered } = await underMocks(
            [
                "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
                "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy",
                "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding",
            ],
            () => new GatewayApi("gateway", { manifest: parseManifest(manifest, "manifest.yaml") }),
        );
        assert.deepEqual(registered.resources.map(({ name }) => name).sort(), [
            "gateway",
            "gateway-safe-upgrades-validatingadmissionpolicy",
            "gateway-safe-upgrades-validatingadmissionpolicybinding",
            "gateway-tlsroutes.gateway.networking.k8s.io",
        ]);
        assert.equal(
            registered.input("gateway-tlsroutes.gateway.networking.k8s.io", "spec.group"),
            "gateway.networking.k8s.io",
        );
    });

    it("leaves the status to the API server", () => {
        assert.deepEqual(Object.keys(parseManifest(manifest, "manifest.yaml")[0] ?? {}), [
            "apiVersion",
            "kind",
            "metadata",
            "spec",
        ]);
    });

    it("drops the prose of a definition's schema, and keeps a property that is called description", () => {
        const schema = {
            description: "prose",
            type: "object",
            properties: { description: { type: "string", description: "prose" } },
        };
        const definition = {
            apiVersion: "apiextensions.k8s.io/v1",
            kind: "CustomResourceDefinition",
            metadata: { name: "things.example.org" },
            spec: { versions: [{ name: "v1", schema: { openAPIV3Schema: schema } }] },
        };
        const [object] = parseManifest(JSON.stringify(definition), "manifest.yaml");
        assert.deepEqual(object?.spec, {
            versions: [
                {
                    name: "v1",
                    schema: {
                        openAPIV3Schema: { type: "object", properties: { description: { type: "string" } } },
                    },
                },
            ],
        });
    });

    it("says which document of the manifest is no object", () => {
        assert.throws(() => parseManifest(`${manifest}\n---\nkind: Thing\n`, "manifest.yaml"), {
            message:
                "manifest.yaml, document 4, is no Kubernetes object: it needs apiVersion, kind and metadata.name. " +
                "Fetch it anew.",
        });
        assert.throws(() => parseManifest("a: [", "manifest.yaml"), /manifest\.yaml is no YAML: .*Fetch it anew\.$/s);
    });

    it("says what to do without a network", async () => {
        await assert.rejects(readManifest("https://127.0.0.1:1/install.yaml"), {
            message: /^https:\/\/127\.0\.0\.1:1\/install\.yaml cannot be read: .*airflow-linkerd:charts\.mirror\.$/,
        });
    });
});
