import assert from "node:assert/strict";

import {
    LoadBalancerController,
    type LoadBalancerControllerArgs,
} from "../../../../components/entrance/load-balancer/load-balancer-controller.ts";
import { underMocks, unknown } from "../../../support/mocks.ts";

const types = [
    "kubernetes:helm.sh/v3:Release",
    "kubernetes:cert-manager.io/v1:Issuer",
    "kubernetes:cert-manager.io/v1:Certificate",
];

async function controller(args: Partial<LoadBalancerControllerArgs> = {}, options = {}) {
    const { registered } = await underMocks(
        types,
        () =>
            new LoadBalancerController("balancers", {
                namespace: "load-balancer",
                clusterName: "prod",
                region: "eu-west-1",
                vpcId: "vpc-1",
                serviceAccountAnnotations: {},
                ...args,
            }),
        options,
    );
    return registered;
}

const release = "balancers-release";

describe("LoadBalancerController", () => {
    it("is the pinned chart of its makers, with its definitions", async () => {
        const registered = await controller();
        assert.equal(registered.input(release, "chart"), "aws-load-balancer-controller");
        assert.equal(registered.input(release, "version"), "3.5.0");
        assert.equal(registered.input(release, "repositoryOpts.repo"), "https://aws.github.io/eks-charts");
        assert.equal(registered.input(release, "skipCrds"), undefined);
        const mirrored = await controller({ mirror: "charts" });
        assert.equal(mirrored.input(release, "chart"), "charts/aws-load-balancer-controller-3.5.0.tgz");
    });

    it("is told its cluster, region and network, which its pods may not ask the node", async () => {
        const registered = await controller();
        for (const [key, value] of [
            ["clusterName", "prod"],
            ["region", "eu-west-1"],
            ["vpcId", "vpc-1"],
        ]) {
            assert.equal(registered.input(release, `values.${key}`), value);
        }
    });

    it("has a certificate that renews itself, of an authority that is there before and goes after", async () => {
        const registered = await controller();
        assert.equal(registered.input(release, "values.enableCertManager"), true);
        assert.deepEqual(registered.input(release, "values.certManager.issuerRef"), {
            group: "cert-manager.io",
            kind: "Issuer",
            name: "load-balancer-webhook-ca",
        });
        assert.ok(registered.everythingBefore(release).has("balancers-authority-issuer"));
    });

    it("sees to Services of one class in one namespace, and to no Ingress and no Gateway", async () => {
        const registered = await controller();
        const value = (path: string) => registered.input(release, `values.${path}`);
        assert.equal(value("watchNamespace"), "entrance");
        assert.equal(value("loadBalancerClass"), "service.k8s.aws/nlb");
        for (const off of [
            "enableServiceMutatorWebhook",
            "enablePodReadinessGateInject",
            "createIngressClassResource",
            "ingressClassParams.create",
            "enableShield",
            "enableWaf",
            "enableWafv2",
            "controllerConfig.featureGates.ALBGatewayAPI",
            "controllerConfig.featureGates.NLBGatewayAPI",
        ]) {
            assert.equal(value(off), false, off);
        }
        assert.equal(value("webhookConfig.disableIngressValidation"), true);
    });

    it("runs twice apart where it must not be missed, and tags what it makes", async () => {
        const once = await controller();
        assert.equal(once.input(release, "values.replicaCount"), 1);
        assert.equal(once.input(release, "values.podDisruptionBudget"), undefined);
        const twice = await controller({ highAvailability: true, tags: { owner: "us" } });
        assert.equal(twice.input(release, "values.replicaCount"), 2);
        assert.deepEqual(twice.input(release, "values.podDisruptionBudget"), { maxUnavailable: 1 });
        assert.deepEqual(
            twice.input(release, "values.topologySpreadConstraints.0.labelSelector.matchLabels"),
            twice.input(release, "values.topologySpreadConstraints.1.labelSelector.matchLabels"),
        );
        assert.deepEqual(twice.input(release, "values.defaultTags"), { owner: "us" });
    });

    it("takes its image from a mirror, by digest, and else names none", async () => {
        const own = await controller();
        assert.equal(own.input(release, "values.image"), undefined);
        const digest = `sha256:${"a".repeat(64)}`;
        const images = { mirror: "registry.example.com/m", digests: { loadBalancerController: digest } };
        const mirrored = await controller({ images });
        assert.deepEqual(mirrored.input(release, "values.image"), {
            repository: "registry.example.com/m/eks/aws-load-balancer-controller",
            tag: `v3.5.0@${digest}`,
        });
    });

    it("is registered in a first preview, where the network is unknown", async () => {
        const registered = await controller({ vpcId: unknown<string>() }, { preview: true });
        assert.ok(registered.get(release));
    });
});
