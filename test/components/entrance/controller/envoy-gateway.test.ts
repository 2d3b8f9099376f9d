import assert from "node:assert/strict";

import { EnvoyGateway, type EnvoyGatewayArgs } from "../../../../components/entrance/controller/envoy-gateway.ts";
import { underMocks } from "../../../support/mocks.ts";

const types = [
    "kubernetes:helm.sh/v3:Release",
    "kubernetes:cert-manager.io/v1:Issuer",
    "kubernetes:cert-manager.io/v1:Certificate",
    "kubernetes:core/v1:Secret",
    "random:index/randomBytes:RandomBytes",
];

async function controller(args: Partial<EnvoyGatewayArgs> = {}) {
    const { registered } = await underMocks(
        types,
        () => new EnvoyGateway("envoy-gateway", { namespace: "entrance", backendNamespaces: ["airflow"], ...args }),
    );
    return registered;
}

const release = "envoy-gateway-release";

describe("EnvoyGateway", () => {
    it("is the pinned chart, without definitions: they are the stack's own", async () => {
        const registered = await controller({ mirror: "charts" });
        assert.equal(registered.input(release, "chart"), "charts/gateway-helm-v1.9.1.tgz");
        assert.equal(registered.input(release, "namespace"), "entrance");
        assert.equal(registered.input(release, "skipCrds"), true);
        assert.equal(registered.input(release, "values.crds.enabled"), false);
        assert.equal(registered.input(release, "values.topologyInjector.enabled"), false);
    });

    it("reads Secrets of its own namespace and of those that it leads to, and no others", async () => {
        const registered = await controller({ backendNamespaces: ["linkerd-viz", "airflow"] });
        assert.deepEqual(registered.input(release, "values.config.envoyGateway.provider.kubernetes.watch"), {
            type: "Namespaces",
            namespaces: ["airflow", "entrance", "linkerd-viz"],
        });
    });

    it("takes no patches, which could undo every rule", async () => {
        const registered = await controller();
        assert.deepEqual(registered.input(release, "values.config.envoyGateway.extensionApis"), {
            enableEnvoyPatchPolicy: false,
            enableBackend: false,
        });
    });

    it("finds every Secret that its chart's Job would make once and leave behind", async () => {
        const registered = await controller();
        const before = registered.everythingBefore(release);
        const secrets = ["envoy-gateway", "envoy", "envoy-rate-limit"].map((secret) => {
            const name = `envoy-gateway-certificates-${secret}`;
            assert.ok(before.has(name), name);
            return registered.input(name, "spec.secretName");
        });
        assert.deepEqual(secrets, ["envoy-gateway", "envoy", "envoy-rate-limit"]);
        assert.ok(before.has("envoy-gateway-certificates-cookies"));
        assert.equal(registered.input("envoy-gateway-certificates-cookies", "metadata.name"), "envoy-oidc-hmac");
        assert.ok(registered.secret("envoy-gateway-certificates-cookies", "data.hmac-secret").length > 0);
    });

    it("answers Envoy under the names that it is called by", async () => {
        const registered = await controller();
        assert.deepEqual(registered.input("envoy-gateway-certificates-envoy-gateway", "spec.dnsNames"), [
            "envoy-gateway",
            "envoy-gateway.entrance",
            "envoy-gateway.entrance.svc",
            "envoy-gateway.entrance.svc.cluster.local",
        ]);
    });

    it("stands twice, apart, when it must be available", async () => {
        const registered = await controller({ highAvailability: true });
        assert.equal(registered.input(release, "values.deployment.replicas"), 2);
        assert.equal(registered.input(release, "values.podDisruptionBudget.minAvailable"), 1);
        // The annotation of the pod is not lost over it.
        assert.equal(
            registered.input(release, "values.deployment.pod.annotations.config\\.linkerd\\.io/opaque-ports"),
            "18000",
        );
    });

    it("comes from the mirror, by its digest", async () => {
        const digest = `sha256:${"0".repeat(64)}`;
        const registered = await controller({
            images: { mirror: "registry.example.com/mirror", digests: { envoyGateway: digest } },
        });
        assert.equal(
            registered.input(release, "values.global.images.envoyGateway.image"),
            `registry.example.com/mirror/envoyproxy/gateway:v1.9.1@${digest}`,
        );
    });
});
