import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { after } from "../../../after.ts";
import { type AwsAccount, clusterArn } from "../../../aws/account.ts";
import { actsForOneAccount, podIdentityService } from "../../../aws/pod-identity.ts";
import { ServiceRole } from "../../../aws/service-role.ts";
import { controllerStatements } from "./controller-statements.ts";
import { InterruptionQueue } from "./interruption-queue.ts";

/** Where Karpenter's chart is made to run, as its makers do. */
export const karpenterAccount = { namespace: "kube-system", name: "karpenter" } as const;

export interface KarpenterRightsArgs {
    /** The prefix of names: the cluster's name. Plain, because it decides what things are called. */
    namePrefix: string;

    account: AwsAccount;

    /** The cluster's name. Resolves only once the cluster is there. */
    clusterName: pulumi.Input<string>;

    /** The role of nodes, which EKS lets into the cluster because the platform's own nodes have it. */
    nodeRoleArn: pulumi.Input<string>;

    permissionsBoundary?: pulumi.Input<string>;
}

/** What Karpenter needs in AWS: a role for its account, a profile for the nodes that it starts, and the queue of warnings. */
export class KarpenterRights extends pulumi.ComponentResource {
    /** Resolves only once Karpenter's pods can get their role. */
    public readonly queueName: pulumi.Output<string>;
    public readonly instanceProfile: pulumi.Output<string>;

    constructor(name: string, args: KarpenterRightsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:KarpenterRights", name, {}, opts);

        const { namePrefix, account, permissionsBoundary } = args;
        const nodeRoleArn = pulumi.output(args.nodeRoleArn);

        const queue = new InterruptionQueue(`${name}-interruptions`, { clusterName: namePrefix }, { parent: this });

        const profile = new aws.iam.InstanceProfile(
            `${name}-profile`,
            { name: `${namePrefix}-task-nodes`, role: nodeRoleArn.apply((arn) => arn.slice(arn.lastIndexOf("/") + 1)) },
            { parent: this },
        );

        const role = new ServiceRole(
            `${name}-controller`,
            {
                namePrefix,
                purpose: "karpenter",
                account,
                service: podIdentityService,
                moreTrustActions: ["sts:TagSession"],
                trustConditions: pulumi
                    .output(args.clusterName)
                    .apply((cluster) => actsForOneAccount(clusterArn(account, cluster), karpenterAccount)),
                statements: pulumi
                    .all([args.clusterName, queue.arn, nodeRoleArn, profile.arn])
                    .apply(([clusterName, queueArn, roleArn, instanceProfileArn]) =>
                        controllerStatements({
                            account,
                            clusterName,
                            queueArn,
                            nodeRoleArn: roleArn,
                            instanceProfileArn,
                        }),
                    ),
                permissionsBoundary,
            },
            { parent: this },
        );

        const association = new aws.eks.PodIdentityAssociation(
            `${name}-association`,
            {
                clusterName: args.clusterName,
                namespace: karpenterAccount.namespace,
                serviceAccount: karpenterAccount.name,
                roleArn: role.arn,
            },
            { parent: this },
        );

        this.queueName = after([association], pulumi.output(queue.queueName));
        this.instanceProfile = profile.name;

        this.registerOutputs({ queueName: this.queueName, instanceProfile: this.instanceProfile });
    }
}
