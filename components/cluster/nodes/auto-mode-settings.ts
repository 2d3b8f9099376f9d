import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { taskDisruption } from "./task-disruption.ts";
import { taskNodes } from "./task-nodes.ts";

export const defaultMaximumTaskCores = 160;

export interface AutoModeSettingsArgs {
    /** The most cores of all nodes for tasks together. Defaults to 160. */
    maximumTaskCores?: number;
}

/**
 * Settings of Auto Mode that are objects in the cluster: to enforce NetworkPolicy, which is off by default, and to run
 * tasks on spot nodes of their own. AWS dictates the names:
 * https://docs.aws.amazon.com/eks/latest/userguide/auto-net-pol.html and
 * https://docs.aws.amazon.com/eks/latest/userguide/create-node-pool.html
 */
export class AutoModeSettings extends pulumi.ComponentResource {
    constructor(name: string, args: AutoModeSettingsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:AutoModeSettings", name, {}, opts);

        new k8s.core.v1.ConfigMap(
            `${name}-network-policy`,
            {
                metadata: { name: "amazon-vpc-cni", namespace: "kube-system" },
                data: { "enable-network-policy-controller": "true" },
            },
            { parent: this },
        );

        new k8s.apiextensions.CustomResource(
            `${name}-task-nodes`,
            {
                apiVersion: "karpenter.sh/v1",
                kind: "NodePool",
                metadata: { name: "airflow-tasks" },
                spec: {
                    template: {
                        metadata: { labels: { [taskNodes.key]: taskNodes.value } },
                        spec: {
                            nodeClassRef: { group: "eks.amazonaws.com", kind: "NodeClass", name: "default" },
                            taints: [{ ...taskNodes, effect: "NoSchedule" }],
                            // A node lives for 21 days at most, EKS's limit. Its tasks have the last of them to end.
                            expireAfter: "480h",
                            terminationGracePeriod: "24h",
                            requirements: [
                                { key: "karpenter.sh/capacity-type", operator: "In", values: ["spot"] },
                                { key: "kubernetes.io/arch", operator: "In", values: ["amd64"] },
                                { key: "eks.amazonaws.com/instance-category", operator: "In", values: ["c", "m", "r"] },
                            ],
                        },
                    },
                    limits: { cpu: `${args.maximumTaskCores ?? defaultMaximumTaskCores}` },
                    disruption: taskDisruption,
                },
            },
            { parent: this },
        );

        this.registerOutputs({});
    }
}
