import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { postgresPort } from "../database/postgres-pod.ts";

export interface RdsNetworkArgs {
    vpcId: pulumi.Input<string>;

    /** Private subnets in two zones at least. */
    subnetIds: pulumi.Input<pulumi.Input<string>[]>;

    /** The security groups of those who may connect, by a name for each. Plain keys, because each is a rule. */
    clientSecurityGroupIds: Readonly<Record<string, pulumi.Input<string>>>;

    /** Begins the objects' names. Plain, because it decides what they are called. */
    identifier: string;

    /** Defaults to none. */
    tags?: Readonly<Record<string, string>>;
}

/** Where a database server is, and who can reach it: named security groups on PostgreSQL's port. It reaches nobody. */
export class RdsNetwork extends pulumi.ComponentResource {
    public readonly subnetGroupName: pulumi.Output<string>;

    /** Resolves only once those who may connect can. */
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

        // Without rules in it: those beside it are the only ones, and Pulumi takes away the one that lets everything out.
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
        this.securityGroupId = pulumi.all([group.id, ...rules.map(({ id }) => id)]).apply(([id]) => id as string);

        this.registerOutputs({ subnetGroupName: this.subnetGroupName, securityGroupId: this.securityGroupId });
    }
}
