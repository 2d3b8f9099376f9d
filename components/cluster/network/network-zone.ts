import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { after } from "../../after.ts";
import { type ZoneSubnets } from "./subnets.ts";

export interface NetworkZoneArgs {
    vpcId: pulumi.Input<string>;

    /** The zone's name, such as `eu-central-1a`. */
    zone: string;

    /** The address ranges of its subnets. */
    cidrs: ZoneSubnets;

    /** The route table of public subnets, with a route to the internet. */
    publicRouteTableId: pulumi.Input<string>;

    /** The NAT gateway of the zone's nodes. Defaults to one of the zone's own. */
    natGatewayId?: pulumi.Input<string>;

    /** More tags of the node subnet and of the public subnet. */
    nodeTags: Record<string, string>;
    publicTags: Record<string, string>;
}

/** One availability zone of a network: a subnet for nodes, one for databases and a public one, with their routes. */
export class NetworkZone extends pulumi.ComponentResource {
    /** Resolves only once there is a route to the internet, which nodes need to join. */
    public readonly nodeSubnetId: pulumi.Output<string>;
    public readonly databaseSubnetId: pulumi.Output<string>;
    /** Resolves only once it has its routes, which load balancers need. */
    public readonly publicSubnetId: pulumi.Output<string>;
    public readonly natGatewayId: pulumi.Output<string>;
    /** The route table of the node subnet. */
    public readonly nodeRouteTableId: pulumi.Output<string>;

    constructor(name: string, args: NetworkZoneArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:NetworkZone", name, {}, opts);

        const { vpcId, zone, cidrs } = args;
        const subnet = (kind: keyof ZoneSubnets, tags: Record<string, string>) =>
            new aws.ec2.Subnet(
                `${name}-${kind}`,
                {
                    vpcId,
                    availabilityZone: zone,
                    cidrBlock: cidrs[kind],
                    mapPublicIpOnLaunch: false,
                    tags: { Name: `${name}-${kind}`, ...tags },
                },
                { parent: this },
            );
        const association = (
            kind: keyof ZoneSubnets,
            subnetId: pulumi.Input<string>,
            routeTableId: pulumi.Input<string>,
        ) => new aws.ec2.RouteTableAssociation(`${name}-${kind}-routes`, { subnetId, routeTableId }, { parent: this });

        const publicSubnet = subnet("public", args.publicTags);
        const publicRoutes = association("public", publicSubnet.id, args.publicRouteTableId);

        this.natGatewayId = pulumi.output(
            args.natGatewayId ?? natGateway(name, after([publicRoutes], publicSubnet.id), { parent: this }),
        );

        const nodes = subnet("nodes", args.nodeTags);
        const nodeTable = new aws.ec2.RouteTable(
            `${name}-node-table`,
            { vpcId, tags: { Name: `${name}-nodes` } },
            { parent: this },
        );
        const outward = new aws.ec2.Route(
            `${name}-node-outward`,
            { routeTableId: nodeTable.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: this.natGatewayId },
            { parent: this },
        );
        const nodeRoutes = association("nodes", nodes.id, nodeTable.id);

        // Its route table has no route out of the VPC.
        const database = subnet("database", {});
        const databaseTable = new aws.ec2.RouteTable(
            `${name}-database-table`,
            { vpcId, tags: { Name: `${name}-database` } },
            { parent: this },
        );
        const databaseRoutes = association("database", database.id, databaseTable.id);

        this.nodeSubnetId = after([outward, nodeRoutes], nodes.id);
        this.databaseSubnetId = after([databaseRoutes], database.id);
        this.publicSubnetId = after([publicRoutes], publicSubnet.id);
        this.nodeRouteTableId = nodeTable.id;

        this.registerOutputs({
            nodeSubnetId: this.nodeSubnetId,
            databaseSubnetId: this.databaseSubnetId,
            publicSubnetId: this.publicSubnetId,
            natGatewayId: this.natGatewayId,
            nodeRouteTableId: this.nodeRouteTableId,
        });
    }
}

function natGateway(
    name: string,
    subnetId: pulumi.Input<string>,
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    const address = new aws.ec2.Eip(`${name}-nat-address`, { domain: "vpc", tags: { Name: `${name}-nat` } }, opts);
    return new aws.ec2.NatGateway(
        `${name}-nat`,
        { subnetId, allocationId: address.id, connectivityType: "public", tags: { Name: name } },
        opts,
    ).id;
}
