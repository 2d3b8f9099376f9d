import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { after } from "../../after.ts";
import { postgresPort } from "../database/postgres-pod.ts";

export interface RdsNetworkArgs {
    vpcId: pulumi.Input<string>;

    /** Private subnets in at least two zones. */
    subnetIds: pulumi.Input<pulumi.Input<string>[]>;

    /** The security groups of clients, by a name for each. The names are plain, because each is a rule. */
    clientSecurityGroupIds: Readonly<Record<string, pulumi.Input<string>>>;

    /** The server's name, the prefix of all names. Plain, because it decides what the resources are called. */
    identifier: string;

    /** Defaults to none. */
    tags?: Readonly<Record<string, string>>;
}

/** The subnets of a database server, and its security group: clients on PostgreSQL's port, and no outgoing traffic. */
export class RdsNetwork extends pulumi.ComponentResource {
    public readonly subnetGroupName: pulumi.Output<string>;

    /** Resolves only once clients can connect. */
    public readonly securityGroupId: pulumi.Output<string>;

    constructor(name: string, args: RdsNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:RdsNetwork", name, {}, opts);

        const subnetGroup = new aws.rds.SubnetGroup(
            `${name}-subnets`,
            {
                name: args.identifier,
                description: "Private subnets of Airflow's database",
                subnetIds: args.subnetIds,
                tags: args.tags,
            },
            { parent: this },
        );

        // Without inline rules: the rules are resources of their own, and the provider removes AWS's default egress
        // rule.
        const group = new aws.ec2.SecurityGroup(
            `${name}-security-group`,
            {
                description: "Airflow's database: PostgreSQL from named groups, nothing else in or out",
                vpcId: args.vpcId,
                revokeRulesOnDelete: true,
                tags: { Name: args.identifier, ...args.tags },
            },
            { parent: this },
        );

        const rules = Object.entries(args.clientSecurityGroupIds).map(
            ([client, referencedSecurityGroupId]) =>
                new aws.vpc.SecurityGroupIngressRule(
                    `${name}-from-${client}`,
                    {
                        securityGroupId: group.id,
                        referencedSecurityGroupId,
                        description: `PostgreSQL from ${client}`,
                        ipProtocol: "tcp",
                        fromPort: postgresPort,
                        toPort: postgresPort,
                        tags: args.tags,
                    },
                    { parent: this },
                ),
        );

        this.subnetGroupName = subnetGroup.name;
        this.securityGroupId = after(rules, group.id);

        this.registerOutputs({ subnetGroupName: this.subnetGroupName, securityGroupId: this.securityGroupId });
    }
}
