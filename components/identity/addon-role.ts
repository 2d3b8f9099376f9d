import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { roleName } from "./role-name.ts";
import {
    checkedTrust,
    type ServiceAccountRef,
    serviceAccountProblem,
    trustThroughPodIdentity,
} from "./trust-policy.ts";

export interface AddonRoleArgs {
    /** ARN of the cluster. Known before the cluster is there, since the role must be. */
    clusterArn: pulumi.Input<string>;

    /** The add-on's account. Plain, because it decides who is trusted. */
    serviceAccount: ServiceAccountRef;

    /** AWS's own policies for the add-on, by the suffix that each attachment takes in its name. */
    policyArns: Readonly<Record<string, pulumi.Input<string>>>;

    /** ARN of the managed policy beyond which no grant reaches. */
    permissionsBoundary: pulumi.Input<string>;

    /** Begins the role's name. Plain, because it decides what the role is called. */
    namePrefix: string;
}

/**
 * An IAM role for one of EKS's own add-ons, through EKS Pod Identity. Unlike a WorkloadRole it makes no association:
 * the add-on does, because its first pod must find it, and that pod is there before any node.
 */
export class AddonRole extends pulumi.ComponentResource {
    /** Waits for every policy. */
    public readonly roleArn: pulumi.Output<string>;

    constructor(name: string, args: AddonRoleArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:AddonRole", name, {}, opts);

        const { serviceAccount } = args;
        const problem = serviceAccountProblem(serviceAccount);
        if (problem !== undefined) {
            throw new pulumi.ResourceError(problem, this);
        }

        const role = new aws.iam.Role(
            `${name}-role`,
            {
                name: roleName([args.namePrefix, serviceAccount.namespace, serviceAccount.name]),
                description: `For EKS's add-on of the service account ${serviceAccount.namespace}/${serviceAccount.name}`,
                assumeRolePolicy: pulumi
                    .output(args.clusterArn)
                    .apply((arn) => checkedTrust(trustThroughPodIdentity(arn, serviceAccount))),
                permissionsBoundary: args.permissionsBoundary,
            },
            { parent: this },
        );

        const attachments = Object.entries(args.policyArns).map(
            ([suffix, policyArn]) =>
                new aws.iam.RolePolicyAttachment(`${name}-${suffix}`, { role: role.name, policyArn }, { parent: this }),
        );

        this.roleArn = pulumi.all([role.arn, ...attachments.map(({ id }) => id)]).apply(([arn]) => arn as string);

        this.registerOutputs({ roleArn: this.roleArn });
    }
}
