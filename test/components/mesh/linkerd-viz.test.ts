import assert from "node:assert/strict";

import { LinkerdViz, type LinkerdVizArgs } from "../../../components/mesh/linkerd-viz.ts";
import { underMocks } from "../../support/mocks.ts";

async function viz(args: Partial<LinkerdVizArgs> = {}) {
    const { registered } = await underMocks(
        ["kubernetes:helm.sh/v3:Release"],
        () => new LinkerdViz("linkerd-viz", { trustDomain: "mesh.example", ...args }),
    );
    return registered;
}

describe("LinkerdViz", () => {
    it("takes webhook certificates from outside, and the mesh's trust domain", async () => {
        const registered = await viz({ mirror: "charts" });
        assert.equal(registered.input("linkerd-viz-release", "chart"), "charts/linkerd-viz-2026.8.3.tgz");
        assert.equal(registered.input("linkerd-viz-release", "namespace"), "linkerd-viz");
        assert.deepEqual(registered.input("linkerd-viz-release", "values"), {
            identityTrustDomain: "mesh.example",
            tap: { externalSecret: true, injectCaFrom: "linkerd-viz/tap" },
            tapInjector: { externalSecret: true, injectCaFrom: "linkerd-viz/linkerd-tap-injector" },
            createNamespaceMetadataJob: false,
            prometheus: {
                metricRelabelConfigs: [
                    {
                        action: "labeldrop",
                        regex: "run_id|try_number|map_index|airflow_worker|airflow_version|kubernetes_executor|airflow_executor_done",
                    },
                ],
            },
        });
    });

    it("asks a Prometheus that is there, and brings none", async () => {
        const prometheus = {
            namespace: "monitoring",
            service: "prometheus",
            port: 9090,
            serviceAccount: "prometheus",
            labels: { app: "prometheus" },
        };
        const registered = await viz({ prometheus, highAvailability: true });
        assert.equal(registered.input("linkerd-viz-release", "values.prometheus.enabled"), false);
        assert.equal(
            registered.input("linkerd-viz-release", "values.prometheusUrl"),
            "http://prometheus.monitoring.svc.cluster.local:9090",
        );
    });

    it("is asked by the API server of three pods when it must be available", async () => {
        const registered = await viz({ highAvailability: true });
        assert.equal(registered.input("linkerd-viz-release", "values.tap.replicas"), 3);
        assert.equal(registered.input("linkerd-viz-release", "values.enablePodDisruptionBudget"), true);
    });

    it("reserves what each container needs, with a bound on its memory, when it must be available", async () => {
        const registered = await viz({ highAvailability: true });
        for (const part of ["metricsAPI", "tap", "tapInjector", "dashboard", "prometheus"]) {
            const at = (end: string) => registered.input("linkerd-viz-release", `values.${part}.resources.${end}`);
            assert.ok(at("cpu.request"), part);
            assert.ok(at("memory.request"), part);
            assert.ok(at("memory.limit"), part);
        }
    });

    it("is still the release that Linkerd itself once had, and not made anew", async () => {
        const [alias] = (await viz()).get("linkerd-viz-release").aliases;
        assert.deepEqual(
            [alias?.getSpec()?.getName(), alias?.getSpec()?.getParenturn()],
            ["linkerd-viz", "urn:pulumi:dev::airflow-linkerd::airflow-linkerd:index:Linkerd::linkerd"],
        );
    });
});
