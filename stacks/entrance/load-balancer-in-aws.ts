import * as pulumi from "@pulumi/pulumi";

import { EntranceNamespace } from "../../components/entrance/entrance-namespace.ts";
import { LoadBalancerController } from "../../components/entrance/load-balancer/load-balancer-controller.ts";
import {
    balancersOwnRole,
    loadBalancerStatements,
} from "../../components/entrance/load-balancer/load-balancer-statements.ts";
import { loadBalancerController, loadBalancerNamespace } from "../../components/entrance/names.ts";
import { PermissionsBoundary } from "../../components/identity/roles/permissions-boundary.ts";
import { WorkloadRole } from "../../components/identity/roles/workload-role.ts";
import { inboundPolicy } from "../../components/mesh/policy/inbound-policy.ts";
import { MeshPolicy } from "../../components/mesh/policy/mesh-policy.ts";
import { type PolicyObject } from "../../components/mesh/policy/objects/policy-object.ts";
import { type AwsFoundation } from "../foundation/aws-foundation.ts";
import { ClusterKind } from "../config/cluster/cluster-schema.ts";
import { type PlatformConfig } from "../config.ts";

/** What the controller stands on. */
export interface LoadBalancerGround {
    readonly aws: AwsFoundation;
    /** The policies of all namespaces. */
    readonly objects: readonly PolicyObject[];
}

/** Makes what makes the entrance's load balancer, with its role: before that Service, and gone after it. */
export function deployLoadBalancer(
    { cluster, mesh, charts, images, tags }: PlatformConfig,
    { aws, objects }: LoadBalancerGround,
    opts: pulumi.ComponentResourceOptions,
) {
    const role = controllerRole(aws, cluster);

    const room = new EntranceNamespace(
        "load-balancer",
        { objectName: loadBalancerNamespace, inboundPolicy: inboundPolicy(mesh.policy) },
        opts,
    );

    const policy = new MeshPolicy(
        "load-balancer-policy",
        { namespaces: [loadBalancerNamespace], objects },
        pulumi.mergeOptions(opts, { dependsOn: [room] }),
    );

    const controller = new LoadBalancerController(
        "load-balancer-controller",
        {
            namespace: room.namespace,
            clusterName: aws.namePrefix,
            region: aws.account.region,
            vpcId: aws.network.vpcId,
            serviceAccountAnnotations: role.serviceAccountAnnotations,
            tags: { "airflow-linkerd/stack": pulumi.getStack(), ...tags },
            highAvailability: mesh.highAvailability,
            mirror: charts.mirror,
            images,
        },
        // Its last calls in AWS are with the role, while the Service is deleted.
        pulumi.mergeOptions(opts, { dependsOn: [policy, role] }),
    );

    return { dependsOn: [controller], revisions: { [loadBalancerNamespace]: controller.revision } };
}

/** Within the account's boundary, or one of its own: the one of Airflow's parts lets nothing of the network through. */
function controllerRole(
    { account, provider, namePrefix, binding, serviceBoundary, network, clusterSecurityGroupId }: AwsFoundation,
    cluster: PlatformConfig["cluster"],
): WorkloadRole {
    const inAws = { providers: [provider] };
    const permissionsBoundary =
        serviceBoundary ??
        new PermissionsBoundary(
            "load-balancer-boundary",
            {
                services: ["ec2", "elasticloadbalancing"],
                ownRolesOf: [balancersOwnRole],
                stateBucketArns: cluster.kind === ClusterKind.eks ? cluster.stateBucketArns : [],
                namePrefix,
                purpose: "load-balancer",
            },
            inAws,
        ).policyArn;

    return new WorkloadRole(
        "load-balancer-role",
        {
            binding,
            serviceAccount: { namespace: loadBalancerNamespace, name: loadBalancerController.serviceAccount },
            permissionsBoundary,
            policies: {
                balancers: pulumi.all([network.vpcId, clusterSecurityGroupId]).apply(([vpcId, groupId]) =>
                    loadBalancerStatements({
                        account,
                        clusterName: namePrefix,
                        vpcId,
                        clusterSecurityGroupId: groupId,
                    }),
                ),
            },
            namePrefix,
        },
        inAws,
    );
}
