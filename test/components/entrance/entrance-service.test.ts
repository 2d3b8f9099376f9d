import assert from "node:assert/strict";

import { EntranceService } from "../../../components/entrance/entrance-service.ts";
import { underMocks } from "../../support/mocks.ts";

describe("EntranceService", () => {
    it("leads to Envoy's listener, from the stack's ranges alone, and keeps the client's address", async () => {
        const { registered } = await underMocks(
            ["kubernetes:core/v1:Service"],
            () =>
                new EntranceService("entrance-service", {
                    namespace: "entrance",
                    class: "example.com/internal",
                    annotations: { "example.com/scheme": "internal" },
                    sourceRanges: ["203.0.113.0/24"],
                }),
        );
        const name = "entrance-service-public";
        assert.deepEqual(registered.input(name, "spec"), {
            type: "LoadBalancer",
            loadBalancerClass: "example.com/internal",
            loadBalancerSourceRanges: ["203.0.113.0/24"],
            externalTrafficPolicy: "Local",
            selector: {
                "app.kubernetes.io/name": "envoy",
                "gateway.envoyproxy.io/owning-gateway-name": "entrance",
                "gateway.envoyproxy.io/owning-gateway-namespace": "entrance",
            },
            ports: [{ name: "https", port: 443, targetPort: 10443, protocol: "TCP" }],
        });
        assert.deepEqual(registered.input(name, "metadata.annotations"), {
            "example.com/scheme": "internal",
            "config.linkerd.io/opaque-ports": "443",
        });
    });
});
