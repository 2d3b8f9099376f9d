import assert from "node:assert/strict";

import { plainMap } from "../../rehearsal/engine/values/secrecy.ts";
import { madeAtAws, type Recording } from "../../rehearsal/recording/recording.ts";
import { ahead, localDefinitions } from "../support/recordings.ts";
import { assertGoesBefore, only } from "./order.ts";
import { productionVariants } from "./production-variants.ts";
import { recordProduction } from "./production.ts";

const service = "entrance-service-public";
const release = "load-balancer-controller-release";
const role = ["load-balancer-role-role", "load-balancer-role-balancers-policy", "load-balancer-role-association"];

describe("the graph of an entrance whose load balancer the stack's own controller makes", function () {
    this.timeout(120_000);

    const recording = ahead(() =>
        recordProduction(productionVariants["an entrance behind a load balancer, with a boundary of its own"]?.changes),
    );
    let deployed: Recording;

    before(async () => {
        deployed = await recording();
    });

    /** Proves that the resource is made after all of those, and so goes before them. */
    const goesBefore = (name: string, later: readonly string[]): void => {
        assertGoesBefore(deployed, name, later);
    };
    const input = <Inputs = Record<string, unknown>>(name: string) =>
        plainMap(only(deployed, name).inputs) as unknown as Inputs;

    it("takes the load balancer away while its controller runs, and that while it has its role and a cluster", () => {
        goesBefore(service, [release, ...role]);
        goesBefore(release, [
            ...role,
            "load-balancer-boundary-policy",
            "load-balancer-namespace",
            "load-balancer-controller-authority-issuer",
            "cert-manager-issuing",
            "cluster-control-plane-cluster",
            "cluster-nodes-platform-nodes",
            "cluster-nodes-networking-eks-pod-identity-agent",
            "network-vpc",
        ]);
    });

    it("has its policies and the mesh before its pods", () => {
        const policies = deployed.resources.filter(({ parent }) => parent.endsWith("::load-balancer-policy"));
        assert.ok(policies.length > 8, `${policies.length}`);
        goesBefore(release, ["linkerd-control-plane", ...policies.map(({ name }) => name)]);
        const { metadata } = input<{ metadata: { annotations: object } }>("load-balancer-namespace");
        assert.deepEqual(metadata.annotations, {
            "linkerd.io/inject": "enabled",
            "config.linkerd.io/default-inbound-policy": "deny",
        });
        const { metadata: looked } = input<{ metadata: { namespace: string } }>("proxy-check-role-load-balancer");
        assert.equal(looked.namespace, "load-balancer");
    });

    it("lets it see to the entrance's Service, in the network and by the name of the stack's own cluster", () => {
        const { spec, metadata } = input<{ spec: { loadBalancerClass: string }; metadata: { namespace: string } }>(
            service,
        );
        const { values } = input<{ values: Record<string, unknown> }>(release);
        assert.equal(values.loadBalancerClass, spec.loadBalancerClass);
        assert.equal(values.watchNamespace, metadata.namespace);
        assert.equal(values.vpcId, madeAtAws(only(deployed, "network-vpc")).id);
        assert.equal(values.clusterName, madeAtAws(only(deployed, "cluster-control-plane-cluster")).name);
        const provider = deployed.resources.find(({ type }) => type === "pulumi:providers:aws");
        const { defaultTags } = plainMap(provider?.inputs ?? {}) as { defaultTags: string };
        assert.deepEqual({ tags: values.defaultTags }, JSON.parse(defaultTags));
    });

    it("gives one account the role, within a boundary of its own", () => {
        const association = input("load-balancer-role-association");
        assert.equal(association.namespace, "load-balancer");
        assert.equal(association.serviceAccount, "controller");
        const boundary = madeAtAws(only(deployed, "load-balancer-boundary-policy"));
        assert.equal(boundary.name, "airflow-prod-load-balancer-boundary");
        assert.equal(input("load-balancer-role-role").permissionsBoundary, boundary.arn);
        const group = JSON.stringify(input("load-balancer-role-balancers-policy"));
        assert.match(group, /:security-group\/sg-[^*"\\]+/, "the cluster's own group, by name");
    });

    it("is not there where somebody else runs the controller, nor where nobody asks for a balancer", async () => {
        for (const loadBalancer of [{ kind: "nlb", class: "service.k8s.aws/nlb" }, { kind: "none" }]) {
            const { resources } = await recordProduction({
                entrance: () => ({ kind: "gateway", certificate: { kind: "private-ca" }, loadBalancer }),
                charts: () => localDefinitions,
            });
            assert.deepEqual(
                resources.filter(({ name }) => name.startsWith("load-balancer")).map(({ name }) => name),
                [],
            );
        }
    });
});
