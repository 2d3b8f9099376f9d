import * as pulumi from "@pulumi/pulumi";

import { type AwsAccount } from "../../aws/account.ts";
import { roleName } from "../../aws/role-name.ts";
import { managedPolicyArn, serviceRole } from "../../aws/service-role.ts";

export interface RdsMonitoringArgs {
    account: AwsAccount;

    /** The server's name, the prefix of the role's name. Plain, because it decides what the role is called. */
    identifier: string;

    /** ARN of the policy that bounds what the role can ever do. Defaults to none. */
    permissionsBoundary?: pulumi.Input<string>;

    /** Defaults to none. */
    tags?: Readonly<Record<string, string>>;
}

/** The role with which RDS writes Enhanced Monitoring, measurements of the operating system, to CloudWatch. */
export class RdsMonitoring extends pulumi.ComponentResource {
    /** Resolves only once the role has its policy. */
    public readonly roleArn: pulumi.Output<string>;

    constructor(name: string, args: RdsMonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:RdsMonitoring", name, {}, opts);

        this.roleArn = serviceRole(
            name,
            {
                roleName: roleName([args.identifier, "rds-monitoring"]),
                description: `RDS measures the server ${args.identifier}`,
                trust: {
                    sid: "ServersOfThisAccount",
                    principals: { service: ["monitoring.rds.amazonaws.com"] },
                    actions: ["sts:AssumeRole"],
                    conditions: { StringEquals: { "aws:SourceAccount": [args.account.id] } },
                },
                managedPolicies: {
                    policy: managedPolicyArn(args.account, "service-role/AmazonRDSEnhancedMonitoringRole"),
                },
                permissionsBoundary: args.permissionsBoundary,
                tags: args.tags,
            },
            { parent: this },
        );

        this.registerOutputs({ roleArn: this.roleArn });
    }
}
