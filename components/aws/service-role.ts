import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AwsAccount } from "./account.ts";
import { type Conditions, policyDocument, type Statement } from "./iam-statement.ts";
import { roleName } from "./role-name.ts";
import { after } from "../after.ts";

export interface ServiceRoleArgs {
    /** Begins the role's name: the cluster's. Plain, because it decides what the role is called. */
    namePrefix: string;

    /** What the role is for, such as `nodes`. Ends its name. Plain, because it decides what the role is called. */
    purpose: string;

    /** The service that assumes the role, such as `ec2.amazonaws.com`. */
    service: string;

    /** AWS's own policies, by name. Plain, because each is a resource. Defaults to none. */
    managedPolicies?: readonly string[];

    account: pulumi.Input<AwsAccount>;

    /** What the service may do besides assuming the role. Defaults to nothing. */
    moreTrustActions?: readonly string[];

    /** On whose behalf the service must act, as the trust policy's conditions. Defaults to anybody's. */
    trustConditions?: pulumi.Input<Conditions>;

    /** What it may do besides. Plain to be left out, because it is a resource. Defaults to nothing. */
    statements?: pulumi.Input<readonly Statement[]>;

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
                name: roleName([args.namePrefix, args.purpose]),
                assumeRolePolicy: pulumi.output(args.trustConditions).apply((conditions) =>
                    JSON.stringify(
                        policyDocument([
                            {
                                sid: "OneService",
                                principals: { service: [args.service] },
                                actions: ["sts:AssumeRole", ...(args.moreTrustActions ?? [])],
                                conditions: conditions as Conditions | undefined,
                            },
                        ]),
                    ),
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
                        policyArn: pulumi
                            .output(args.account)
                            .apply(({ partition }) => `arn:${partition}:iam::aws:policy/${policy}`),
                    },
                    { parent: this },
                ),
        );

        const own =
            args.statements === undefined
                ? []
                : [
                      new aws.iam.RolePolicy(
                          `${name}-policy`,
                          {
                              role: role.name,
                              policy: pulumi
                                  .output(args.statements)
                                  .apply((known) => JSON.stringify(policyDocument(known as readonly Statement[]))),
                          },
                          { parent: this },
                      ),
                  ];

        this.arn = after([...attachments, ...own], role.arn);

        this.registerOutputs({ arn: this.arn });
    }
}
