import assert from "node:assert/strict";

import { names, objects, only, type Rendered, withHelm } from "./helm.ts";
import { values } from "./values.ts";

/** `name port` of every Service's ports. */
function ports(rendered: Rendered[]): string[] {
    return rendered
        .filter((object) => object.kind === "Service")
        .flatMap(({ metadata, spec }) =>
            spec.ports.map((port: Rendered) => `${metadata.name} ${port.name} ${port.port}`),
        )
        .sort();
}

describe("names of the smaller charts", () => {
    withHelm();

    it("are cert-manager's", async () => {
        const rendered = await objects("cert-manager", values["cert-manager"] ?? {});
        const workloads = ["cert-manager", "cert-manager-cainjector", "cert-manager-webhook"];
        assert.deepEqual(
            names(rendered).filter((name) => !name.includes("Role")),
            [
                ...workloads.map((workload) => `Deployment ${workload}`),
                "MutatingWebhookConfiguration cert-manager-webhook",
                ...["PodDisruptionBudget", "Service", "ServiceAccount"].flatMap((kind) =>
                    workloads.map((workload) => `${kind} ${workload}`),
                ),
                "ValidatingWebhookConfiguration cert-manager-webhook",
            ],
        );
        assert.equal(only(rendered, "Deployment", "cert-manager-webhook").spec.replicas, 3);
        assert.deepEqual(ports(rendered), [
            "cert-manager http-metrics 9402",
            "cert-manager-cainjector http-metrics 9402",
            "cert-manager-webhook https 443",
            "cert-manager-webhook metrics 9402",
        ]);
    });

    it("are trust-manager's", async () => {
        const rendered = await objects("trust-manager", values["trust-manager"] ?? {});
        assert.deepEqual(names(rendered), [
            "Certificate trust-manager",
            "ClusterRole trust-manager",
            "ClusterRole trust-manager-cluster-view",
            "ClusterRoleBinding trust-manager",
            "Deployment trust-manager",
            "Issuer trust-manager",
            "PodDisruptionBudget trust-manager",
            "Role trust-manager",
            "Role trust-manager:leaderelection",
            "RoleBinding trust-manager",
            "RoleBinding trust-manager:leaderelection",
            "Service trust-manager",
            "Service trust-manager-metrics",
            "ServiceAccount trust-manager",
            "ValidatingWebhookConfiguration trust-manager",
        ]);
        assert.deepEqual(ports(rendered), ["trust-manager webhook 443", "trust-manager-metrics metrics 9402"]);
    });

    it("are linkerd-viz's", async () => {
        const rendered = await objects("linkerd-viz", values["linkerd-viz"] ?? {});
        const workloads = ["metrics-api", "prometheus", "tap", "tap-injector", "web"];
        assert.deepEqual(
            names(rendered).filter((name) => !name.includes("Role")),
            [
                "APIService v1alpha1.tap.linkerd.io",
                "AuthorizationPolicy metrics-api",
                "AuthorizationPolicy prometheus-admin",
                "AuthorizationPolicy tap",
                "AuthorizationPolicy tap-injector",
                "ConfigMap prometheus-config",
                ...workloads.map((workload) => `Deployment ${workload}`),
                "MeshTLSAuthentication metrics-api-web",
                "MutatingWebhookConfiguration linkerd-tap-injector-webhook-config",
                "NetworkAuthentication kube-api-server",
                "NetworkAuthentication kubelet",
                "PodDisruptionBudget tap",
                "Server metrics-api",
                "Server prometheus-admin",
                "Server tap-api",
                "Server tap-injector-webhook",
                ...workloads.map((workload) => `Service ${workload}`),
                ...workloads.map((workload) => `ServiceAccount ${workload}`),
                "ServiceProfile metrics-api.linkerd-viz.svc.cluster.local",
                "ServiceProfile prometheus.linkerd-viz.svc.cluster.local",
            ],
        );
        assert.deepEqual(ports(rendered), [
            "metrics-api http 8085",
            "prometheus admin 9090",
            "tap apiserver 443",
            "tap grpc 8088",
            "tap-injector tap-injector 443",
            "web admin 9994",
            "web http 8084",
        ]);
    });

    it("point each Server of linkerd-viz to a port that its pods name", async () => {
        const rendered = await objects("linkerd-viz", values["linkerd-viz"] ?? {});
        for (const server of rendered.filter((object) => object.kind === "Server")) {
            const { component } = server.spec.podSelector.matchLabels;
            const [container] = only(rendered, "Deployment", component).spec.template.spec.containers;
            assert.ok(
                container.ports.some((port: Rendered) => port.name === server.spec.port),
                server.metadata.name,
            );
        }
    });

    it("leave Prometheus out of linkerd-viz when another one is used", async () => {
        const rendered = await objects("linkerd-viz", {
            ...values["linkerd-viz"],
            prometheus: { enabled: false },
            prometheusUrl: "http://prometheus.monitoring.svc:9090",
        });
        assert.ok(!names(rendered).some((name) => name.includes("prometheus")));
        const [container] = only(rendered, "Deployment", "metrics-api").spec.template.spec.containers;
        assert.ok(container.args.includes("-prometheus-url=http://prometheus.monitoring.svc:9090"));
    });

    it("mesh every pod of linkerd-viz and mount its certificates", async () => {
        const rendered = await objects("linkerd-viz", values["linkerd-viz"] ?? {});
        for (const deployment of rendered.filter((object) => object.kind === "Deployment")) {
            const { metadata } = deployment.spec.template;
            assert.equal(metadata.annotations["linkerd.io/inject"], "enabled", deployment.metadata.name);
        }
        const secret = (name: string) =>
            only(rendered, "Deployment", name).spec.template.spec.volumes[0].secret.secretName;
        assert.equal(secret("tap"), "tap-k8s-tls");
        assert.equal(secret("tap-injector"), "tap-injector-k8s-tls");
    });
});
