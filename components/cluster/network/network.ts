import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AwsAccount } from "../../aws/account.ts";
import { after } from "../../after.ts";
import { cidrProblem } from "./cidr.ts";
import { type ClusterNetwork, loadBalancerTags } from "./cluster-network.ts";
import type { EndpointService } from "./endpoint-service.ts";
import { FlowLogs } from "./flow-logs.ts";
import { Nat } from "./nat.ts";
import { NetworkEndpoints } from "./network-endpoints.ts";
import { NetworkZone } from "./network-zone.ts";
import { zonesProblem, zoneSubnets } from "./subnets.ts";

export interface NetworkArgs {
    account: pulumi.Input<AwsAccount>;

    /** Plain, because the names of zones and endpoints are made of it. */
    region: string;

    /** The VPC's range: private, from /16 to /20. Plain, because the subnets are reckoned from it. */
    cidr: string;

    /** Two to four zones, such as `eu-central-1a`. Plain, and in order: a zone is added at the end, or subnets move. */
    zones: readonly string[];

    /** The cluster that the network is for. Plain, because it is in tags and names. */
    clusterName: string;

    /** Plain, because it decides how many gateways there are. Defaults to one in each zone. */
    nat?: Nat;

    /**
     * Services of AWS that are reached within the VPC, besides S3. Plain, because each is a resource. Defaults to none.
     */
    interfaceEndpoints?: readonly EndpointService[];

    /** How many days flow logs are kept. One of CloudWatch's own numbers. Defaults to 90. */
    flowLogRetentionDays?: number;

    /** ARN of the policy that bounds what the role of the flow logs can ever do. Defaults to none. */
    permissionsBoundary?: pulumi.Input<string>;

    /** Lets a deployment delete or replace the VPC, and the flow logs with their key. Defaults to false. */
    allowReplace?: boolean;
}

/**
 * A VPC for a cluster and its database: private subnets for nodes and for databases in each zone, public ones for
 * nothing but load balancers and NAT gateways. Databases have no way to the internet.
 */
export class Network extends pulumi.ComponentResource implements ClusterNetwork {
    public readonly vpcId: pulumi.Output<string>;
    public readonly cidr: pulumi.Output<string>;
    public readonly nodeSubnetIds: pulumi.Output<string[]>;
    public readonly nodeCidrs: pulumi.Output<string[]>;
    public readonly databaseSubnetIds: pulumi.Output<string[]>;
    public readonly publicSubnetIds: pulumi.Output<string[]>;

    constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:Network", name, {}, opts);

        const { account, region, cidr, zones, clusterName } = args;
        refuse(this, "cidr", cidr, cidrProblem(cidr));
        refuse(this, "zones", zones.join(", "), zonesProblem(region, zones));

        const vpc = new aws.ec2.Vpc(
            `${name}-vpc`,
            {
                cidrBlock: cidr,
                // Both are what private names of endpoints and of the cluster's own address rest on.
                enableDnsSupport: true,
                enableDnsHostnames: true,
                tags: { Name: clusterName },
            },
            { parent: this, protect: !(args.allowReplace ?? false) },
        );

        // Everything that names no group of its own would otherwise be in this one, open among themselves.
        new aws.ec2.DefaultSecurityGroup(
            `${name}-default-group`,
            { vpcId: vpc.id, ingress: [], egress: [] },
            { parent: this },
        );

        const publicRouteTableId = publicRoutes(name, vpc.id, { parent: this });

        const made: NetworkZone[] = [];
        for (const [index, zone] of zones.entries()) {
            made.push(
                new NetworkZone(
                    `${name}-${zone}`,
                    {
                        vpcId: vpc.id,
                        zone,
                        cidrs: zoneSubnets(cidr, index),
                        publicRouteTableId,
                        natGatewayId: args.nat === Nat.single ? made[0]?.natGatewayId : undefined,
                        nodeTags: {
                            [loadBalancerTags.internal]: "1",
                            [`kubernetes.io/cluster/${clusterName}`]: "shared",
                        },
                        publicTags: {
                            [loadBalancerTags.public]: "1",
                            [`kubernetes.io/cluster/${clusterName}`]: "shared",
                        },
                    },
                    { parent: this },
                ),
            );
        }

        const endpoints = new NetworkEndpoints(
            `${name}-endpoints`,
            {
                vpcId: vpc.id,
                cidr,
                region,
                services: args.interfaceEndpoints ?? [],
                subnetIds: made.map((zone) => zone.nodeSubnetId),
                routeTableIds: made.map((zone) => zone.nodeRouteTableId),
            },
            { parent: this },
        );

        new FlowLogs(
            `${name}-flow-logs`,
            {
                account,
                region,
                vpcId: vpc.id,
                namePrefix: clusterName,
                retentionDays: args.flowLogRetentionDays ?? 90,
                permissionsBoundary: args.permissionsBoundary,
                allowReplace: args.allowReplace,
            },
            { parent: this },
        );

        this.vpcId = vpc.id;
        this.cidr = pulumi.output(cidr);
        this.nodeSubnetIds = after([endpoints], pulumi.all(made.map((zone) => zone.nodeSubnetId)));
        this.nodeCidrs = pulumi.output(zones.map((_, index) => zoneSubnets(cidr, index).nodes));
        this.databaseSubnetIds = pulumi.all(made.map((zone) => zone.databaseSubnetId));
        this.publicSubnetIds = pulumi.all(made.map((zone) => zone.publicSubnetId));

        this.registerOutputs({
            vpcId: this.vpcId,
            cidr: this.cidr,
            nodeSubnetIds: this.nodeSubnetIds,
            nodeCidrs: this.nodeCidrs,
            databaseSubnetIds: this.databaseSubnetIds,
            publicSubnetIds: this.publicSubnetIds,
        });
    }
}

function refuse(resource: pulumi.Resource, field: string, value: string, problem: string | undefined): void {
    if (problem !== undefined) {
        throw new pulumi.ResourceError(`${field} is "${value}": ${problem}`, resource);
    }
}

function publicRoutes(name: string, vpcId: pulumi.Input<string>, opts: pulumi.CustomResourceOptions) {
    const gateway = new aws.ec2.InternetGateway(`${name}-internet`, { vpcId, tags: { Name: name } }, opts);
    const table = new aws.ec2.RouteTable(`${name}-public-table`, { vpcId, tags: { Name: `${name}-public` } }, opts);
    const outward = new aws.ec2.Route(
        `${name}-public-outward`,
        { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id },
        opts,
    );
    return after([outward], table.id);
}
