import assert from "node:assert/strict";

import { names, objects, only, type Rendered, withHelm } from "./helm.ts";
import { values } from "./values.ts";

describe("the linkerd-control-plane chart", () => {
    withHelm();

    let rendered: Rendered[];
    before(async () => {
        rendered = await objects("linkerd-control-plane", values["linkerd-control-plane"] ?? {});
    });

    it("makes the official chart's objects", () => {
        assert.deepEqual(names(rendered), [
            "ClusterRole linkerd-linkerd-destination",
            "ClusterRole linkerd-linkerd-identity",
            "ClusterRole linkerd-linkerd-proxy-injector",
            "ClusterRole linkerd-policy",
            "ClusterRoleBinding linkerd-destination-policy",
            "ClusterRoleBinding linkerd-linkerd-destination",
            "ClusterRoleBinding linkerd-linkerd-identity",
            "ClusterRoleBinding linkerd-linkerd-proxy-injector",
            "ConfigMap linkerd-config",
            "Deployment linkerd-destination",
            "Deployment linkerd-identity",
            "Deployment linkerd-proxy-injector",
            "MutatingAdmissionPolicy linkerd-proxy-injector",
            "MutatingAdmissionPolicyBinding linkerd-proxy-injector",
            "MutatingWebhookConfiguration linkerd-proxy-injector-webhook-config",
            "PodDisruptionBudget linkerd-dst",
            "PodDisruptionBudget linkerd-identity",
            "PodDisruptionBudget linkerd-proxy-injector",
            "Role ext-namespace-metadata-linkerd-config",
            "Role remote-discovery",
            "RoleBinding linkerd-destination-remote-discovery",
            "Service linkerd-dst",
            "Service linkerd-dst-headless",
            "Service linkerd-identity",
            "Service linkerd-identity-headless",
            "Service linkerd-policy",
            "Service linkerd-policy-validator",
            "Service linkerd-proxy-injector",
            "Service linkerd-sp-validator",
            "ServiceAccount linkerd-destination",
            "ServiceAccount linkerd-identity",
            "ServiceAccount linkerd-proxy-injector",
            "ValidatingWebhookConfiguration linkerd-policy-validator-webhook-config",
            "ValidatingWebhookConfiguration linkerd-sp-validator-webhook-config",
        ]);
    });

    it("serves on Linkerd's ports", () => {
        const ports = rendered
            .filter((object) => object.kind === "Service")
            .map((service) => [
                service.metadata.name,
                service.spec.ports[0].port,
                service.spec.clusterIP ?? "an address",
            ]);
        assert.deepEqual(Object.fromEntries(ports.map(([name, port, address]) => [name, `${port}, ${address}`])), {
            "linkerd-dst": "8086, an address",
            "linkerd-dst-headless": "8086, None",
            "linkerd-identity": "8080, an address",
            "linkerd-identity-headless": "8080, None",
            "linkerd-policy": "8090, None",
            "linkerd-policy-validator": "443, an address",
            "linkerd-proxy-injector": "443, an address",
            "linkerd-sp-validator": "443, an address",
        });
    });

    it("names ports that its Services point to", () => {
        for (const service of rendered.filter((object) => object.kind === "Service")) {
            const component = service.spec.selector["linkerd.io/control-plane-component"];
            const pods = only(rendered, "Deployment", `linkerd-${component}`).spec.template.spec.containers;
            const ports = pods.flatMap((container: Rendered) => container.ports ?? []);
            const target = service.spec.ports[0].targetPort;
            assert.ok(
                ports.some((port: Rendered) => port.name === target || port.containerPort === target),
                `${service.metadata.name} → ${target}`,
            );
        }
    });

    it("starts the proxy before everything else, but after identity in identity's own pod", () => {
        const order = (name: string) => {
            const { initContainers, containers } = only(rendered, "Deployment", name).spec.template.spec;
            return [initContainers, containers].map((list: Rendered[]) => list.map((container) => container.name));
        };
        assert.deepEqual(order("linkerd-destination"), [
            ["linkerd-init", "linkerd-proxy"],
            ["destination", "sp-validator", "policy"],
        ]);
        assert.deepEqual(order("linkerd-proxy-injector"), [["linkerd-init", "linkerd-proxy"], ["proxy-injector"]]);
        assert.deepEqual(order("linkerd-identity"), [["linkerd-init"], ["identity", "linkerd-proxy"]]);
    });

    it("cannot start without the certificates and roots that the trust room makes", () => {
        const needed = (name: string) =>
            only(rendered, "Deployment", name)
                .spec.template.spec.volumes.map(
                    (volume: Rendered) => volume.secret?.secretName ?? volume.configMap?.name,
                )
                .filter((source?: string) => source);
        assert.deepEqual(needed("linkerd-identity"), ["linkerd-identity-issuer", "linkerd-identity-trust-roots"]);
        assert.deepEqual(needed("linkerd-destination"), [
            "linkerd-sp-validator-k8s-tls",
            "linkerd-policy-validator-k8s-tls",
        ]);
        assert.deepEqual(needed("linkerd-proxy-injector"), [
            "linkerd-config",
            "linkerd-identity-trust-roots",
            "linkerd-proxy-injector-k8s-tls",
        ]);
    });

    it("asks cainjector for each webhook's authority and lets none be called", () => {
        const webhooks = rendered.filter((object) => object.kind.endsWith("WebhookConfiguration"));
        const asked = webhooks.map((object) => object.metadata.annotations?.["cert-manager.io/inject-ca-from"]).sort();
        assert.deepEqual(asked, [
            "linkerd/linkerd-policy-validator",
            "linkerd/linkerd-proxy-injector",
            "linkerd/linkerd-sp-validator",
        ]);
        for (const webhook of webhooks.flatMap((object) => object.webhooks)) {
            assert.equal(webhook.clientConfig.caBundle, undefined);
            assert.deepEqual(
                webhook.matchConditions.map((condition: Rendered) => condition.expression),
                ["false"],
            );
            assert.equal(webhook.failurePolicy, "Fail");
        }
    });

    it("lets the injector's policy fail as the webhooks do", async () => {
        const policy = "MutatingAdmissionPolicy";
        assert.equal(only(rendered, policy, "linkerd-proxy-injector").spec.failurePolicy, "Fail");
        const open = { ...values["linkerd-control-plane"], webhookFailurePolicy: "Ignore" };
        const ignoring = await objects("linkerd-control-plane", open);
        assert.equal(only(ignoring, policy, "linkerd-proxy-injector").spec.failurePolicy, "Ignore");
    });

    it("lets the control plane's pods reach the API server past their proxies, which have no certificate yet", () => {
        for (const deployment of rendered.filter((object) => object.kind === "Deployment")) {
            const { args } = deployment.spec.template.spec.initContainers[0];
            assert.equal(args[args.indexOf("--outbound-ports-to-ignore") + 1], "443,6443", deployment.metadata.name);
        }
    });

    it("reserves resources for every container when highly available", () => {
        for (const deployment of rendered.filter((object) => object.kind === "Deployment")) {
            const { initContainers, containers } = deployment.spec.template.spec;
            for (const { name, resources } of [...initContainers, ...containers]) {
                assert.ok(resources.requests?.cpu, `${deployment.metadata.name} ${name}`);
                assert.ok(resources.limits?.memory, `${deployment.metadata.name} ${name}`);
            }
        }
    });

    it("spreads its replicas when highly available", () => {
        for (const deployment of rendered.filter((object) => object.kind === "Deployment")) {
            assert.equal(deployment.spec.replicas, 3);
            const apart = deployment.spec.template.spec.affinity.podAntiAffinity;
            assert.equal(apart.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey, "kubernetes.io/hostname");
        }
    });
});
