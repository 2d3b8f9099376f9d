import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AwsAccount } from "../../aws/account.ts";
import { policyDocument } from "../../aws/iam-statement.ts";

export interface RdsMonitoringArgs {
    account: pulumi.Input<AwsAccount>;

    /** Begins the role's name. Plain, because it decides what the role is called. */
    identifier: string;

    /** ARN of the policy that bounds what the role can ever do. Defaults to none. */
    permissionsBoundary?: pulumi.Input<string>;

    /** Defaults to none. */
    tags?: Readonly<Record<string, string>>;
}

/** The role by which RDS writes measurements of the operating system under a server into CloudWatch. */
export class RdsMonitoring extends pulumi.ComponentResource {
    /** Resolves only once the role may write. */
    public readonly roleArn: pulumi.Output<string>;

    constructor(name: string, args: RdsMonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:RdsMonitoring", name, {}, opts);

        const account = pulumi.output(args.account);

        const role = new aws.iam.Role(
            `${name}-role`,
            {
                name: `${args.identifier}-rds-monitoring`,
                description: `RDS measures the server ${args.identifier}`,
                assumeRolePolicy: account.apply(({ id }) =>
                    JSON.stringify(
                        policyDocument([
                            {
                                sid: "ServersOfThisAccount",
                                principals: { service: ["monitoring.rds.amazonaws.com"] },
                                actions: ["sts:AssumeRole"],
                                conditions: { StringEquals: { "aws:SourceAccount": [id] } },
                            },
                        ]),
                    ),
                ),
                permissionsBoundary: args.permissionsBoundary,
                tags: args.tags,
            },
            { parent: this },
        );

        const attachment = new aws.iam.RolePolicyAttachment(
            `${name}-policy`,
            {
                role: role.name,
                policyArn: account.apply(
                    ({ partition }) => `arn:${partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole`,
                ),
            },
            { parent: this },
        );

        this.roleArn = pulumi.all([role.arn, attachment.id]).apply(([arn]) => arn);

        this.registerOutputs({ roleArn: this.roleArn });
    }
}
