import assert from "node:assert/strict";

import * as k8s from "@pulumi/kubernetes";

import { Cluster } from "../../../components/cluster/cluster.ts";
import { Network } from "../../../components/cluster/network/network.ts";
import { type Registered, underMocks } from "../../support/mocks.ts";
import { madeUpAccount as account } from "../../support/made-up-aws.ts";
import { networkKinds } from "./network/network-kinds.ts";
import { clusterKinds } from "./cluster-kinds.ts";
import { usualCluster } from "./usual-cluster.ts";

/** The start of a stack: a network, a cluster in it, and a namespace in the cluster. */
async function stack(preview: boolean): Promise<Registered> {
    const { registered } = await underMocks(
        [
            ...networkKinds,
            ...clusterKinds,
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            "pulumi:providers:kubernetes",
            "kubernetes:core/v1:Namespace",
        ],
        () => {
            const zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c"];
            const network = new Network("network", {
                account,
                cidr: "10.20.0.0/16",
                zones,
                clusterName: "prod",
            });
            const cluster = new Cluster("cluster", { ...usualCluster(), network, privateAccess: [runner] });
            const provider = new k8s.Provider("kubernetes", {
                kubeconfig: cluster.kubeconfig,
                clusterIdentifier: "prod",
            });
            new k8s.core.v1.Namespace("inside", { metadata: { name: "inside" } }, { provider });
        },
        { preview },
    );
    return registered;
}

const runner = "sg-0123456789abcdef0";
const eks = "cluster-control-plane-cluster";
const nodeGroups = ["cluster-nodes-platform-nodes", "cluster-nodes-tasks-nodes"];
const early = ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"].map((addon) => `cluster-nodes-networking-${addon}`);
const late = ["coredns", "aws-ebs-csi-driver", "metrics-server", "eks-node-monitoring-agent"].map(
    (addon) => `cluster-nodes-services-${addon}`,
);
const access = ["cluster-access-admin-deployer", "cluster-access-admin-deployer-policy"];
const subnets = ["a", "b", "c"].map((zone) => `network-eu-west-1${zone}-nodes`);

for (const preview of [false, true]) {
    describe(`order of making, which a destroy goes backwards${preview ? ", in a preview" : ""}`, () => {
        let registered: Registered;
        before(async () => (registered = await stack(preview)));

        const comesAfter = (later: string, earlier: readonly string[]): void => {
            const all = registered.everythingBefore(later);
            assert.deepEqual(
                earlier.filter((name) => !all.has(name)),
                [],
                later,
            );
        };

        it("lets a provider made from the kubeconfig be used only with nodes, add-ons and access", () => {
            comesAfter("kubernetes", [eks, ...nodeGroups, ...early, ...late, ...access]);
        });

        it("lets a runner in before anything is deployed, and out only once everything is gone", () => {
            comesAfter("kubernetes", [`cluster-private-access-${runner}`]);
        });

        it("gives access before there is anything to delete by it, so that it is taken away last", () => {
            [...nodeGroups, ...early, ...late].forEach((name) => comesAfter(name, access));
        });

        it("takes access away only from a cluster that is still there", () => {
            access.forEach((name) => comesAfter(name, [eks]));
        });

        it("starts nodes only with what they need to join, and lets services follow", () => {
            nodeGroups.forEach((name) => comesAfter(name, early));
            late.forEach((name) => comesAfter(name, ["cluster-nodes-platform-nodes"]));
        });

        it("gives roles their policies before they are used, and takes them away after", () => {
            comesAfter(eks, ["cluster-control-plane-service-AmazonEKSClusterPolicy"]);
            nodeGroups.forEach((name) => comesAfter(name, ["cluster-nodes-instances-AmazonEKSWorkerNodePolicy"]));
        });

        it("needs subnets for the cluster, and for nodes their way out, which therefore stay until both are gone", () => {
            comesAfter(eks, subnets);
            nodeGroups.forEach((name) =>
                comesAfter(name, [
                    ...subnets,
                    "network-eu-west-1a-node-outward",
                    "network-eu-west-1a-nat",
                    "network-public-outward",
                    "network-internet",
                    "network-endpoints-s3",
                ]),
            );
        });

        it("has the log group before the cluster that would make it otherwise", () => {
            comesAfter(eks, ["cluster-control-plane-logs-group", "cluster-control-plane-logs-encryption-key"]);
        });
    });
}
