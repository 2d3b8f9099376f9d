import assert from "node:assert/strict";

import { chartReference, charts, gatewayApiLocation } from "../../../../components/charts.ts";

describe("the charts", () => {
    const { linkerdCrds } = charts;

    it("come from the official repositories, at an exact version, unless a mirror is set", () => {
        assert.deepEqual(chartReference(linkerdCrds, undefined), {
            chart: "linkerd-crds",
            version: "2026.8.3",
            repositoryOpts: { repo: "https://helm.linkerd.io/edge" },
        });
        for (const chart of Object.values(charts)) {
            assert.match(chart.version, /^v?\d+\.\d+\.\d+$/);
            assert.match(chart.repository, /^(https|oci):\/\//);
        }
        assert.deepEqual(chartReference(charts.karpenter, undefined), {
            chart: "oci://public.ecr.aws/karpenter/karpenter",
            version: "1.14.1",
        });
    });

    it("come as files from a folder, whose path stays as it was written", () => {
        assert.deepEqual(chartReference(linkerdCrds, "rehearsal/charts"), {
            chart: "rehearsal/charts/linkerd-crds-2026.8.3.tgz",
        });
        assert.deepEqual(chartReference(linkerdCrds, "../charts/"), { chart: "../charts/linkerd-crds-2026.8.3.tgz" });
    });

    it("come as files from an address, and by version from a registry", () => {
        assert.deepEqual(chartReference(linkerdCrds, "https://charts.example.com/mirror/"), {
            chart: "https://charts.example.com/mirror/linkerd-crds-2026.8.3.tgz",
        });
        assert.deepEqual(chartReference(linkerdCrds, "oci://registry.example.com/charts"), {
            chart: "oci://registry.example.com/charts/linkerd-crds",
            version: "2026.8.3",
        });
    });

    it("keep Karpenter's definitions at the version of what reads them", () => {
        assert.equal(charts.karpenter.version, charts.karpenterCrds.version);
    });

    it("come by version from the official registry where they are published in one", () => {
        assert.deepEqual(chartReference(charts.envoyGateway, undefined), {
            chart: "oci://docker.io/envoyproxy/gateway-helm",
            version: "v1.9.1",
        });
        assert.deepEqual(chartReference(charts.envoyGateway, "charts"), { chart: "charts/gateway-helm-v1.9.1.tgz" });
    });

    it("keep Linkerd's three at one version", () => {
        assert.equal(charts.linkerdControlPlane.version, linkerdCrds.version);
        assert.equal(charts.linkerdViz.version, linkerdCrds.version);
    });
});

describe("the Gateway API manifest", () => {
    const release = "https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.5.1/experimental-install.yaml";

    it("comes from its release, or from a mirror that can hold a file", () => {
        assert.equal(gatewayApiLocation(undefined), release);
        assert.equal(gatewayApiLocation("oci://registry.example.com/charts"), release);
        assert.equal(gatewayApiLocation("charts"), "charts/gateway-api-1.5.1-experimental.yaml");
        assert.equal(
            gatewayApiLocation("https://charts.example.com/"),
            "https://charts.example.com/gateway-api-1.5.1-experimental.yaml",
        );
    });
});
