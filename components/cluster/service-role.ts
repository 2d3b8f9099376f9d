import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { after } from "./after.ts";

export interface ServiceRoleArgs {
    /** The service that assumes the role, such as `ec2.amazonaws.com`. */
    service: string;

    /** AWS's own policies, by name. Plain, because each is a resource. Defaults to none. */
    managedPolicies?: readonly string[];

    /** `aws`, or another one in China and for governments. */
    partition: pulumi.Input<string>;

    /** What the service may do besides assuming the role. Defaults to nothing. */
    moreTrustActions?: readonly string[];

    /** On whose behalf the service must act, as the trust policy's conditions. Defaults to anybody's. */
    trustConditions?: pulumi.Input<Record<string, Record<string, string>>>;

    /** A policy of the role's own. Plain to be left out, because it is a resource. Defaults to none. */
    policy?: pulumi.Input<aws.iam.PolicyDocument>;

    /** ARN of the policy that bounds what the role can ever do. Defaults to none. */
    permissionsBoundary?: pulumi.Input<string>;
}

/** An IAM role for one of AWS's services, as opposed to one for a workload. */
export class ServiceRole extends pulumi.ComponentResource {
    /** Waits for every policy: a service that is faster than its permissions fails in odd ways. */
    public readonly arn: pulumi.Output<string>;

    constructor(name: string, args: ServiceRoleArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:ServiceRole", name, {}, opts);

        const role = new aws.iam.Role(
            `${name}-role`,
            {
                assumeRolePolicy: pulumi.output(args.trustConditions).apply((conditions) =>
                    JSON.stringify({
                        Version: "2012-10-17",
                        Statement: [
                            {
                                Effect: "Allow",
                                Principal: { Service: args.service },
                                Action: ["sts:AssumeRole", ...(args.moreTrustActions ?? [])],
                                ...(conditions && { Condition: conditions }),
                            },
                        ],
                    }),
                ),
                permissionsBoundary: args.permissionsBoundary,
            },
            { parent: this },
        );

        const attachments = (args.managedPolicies ?? []).map(
            (policy) =>
                new aws.iam.RolePolicyAttachment(
                    `${name}-${policy}`,
                    {
                        role: role.name,
                        policyArn: pulumi.interpolate`arn:${args.partition}:iam::aws:policy/${policy}`,
                    },
                    { parent: this },
                ),
        );

        const own =
            args.policy === undefined
                ? []
                : [
                      new aws.iam.RolePolicy(
                          `${name}-policy`,
                          { role: role.name, policy: pulumi.jsonStringify(args.policy) },
                          { parent: this },
                      ),
                  ];

        this.arn = after([...attachments, ...own], role.arn);

        this.registerOutputs({ arn: this.arn });
    }
}
