import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AwsAccount } from "../../aws/account.ts";
import { after } from "../../after.ts";
import { cidrProblem } from "./cidr.ts";
import { type ClusterNetwork, loadBalancerTags } from "./cluster-network.ts";
import { defaultLogRetentionDays } from "../log-retention.ts";
import type { EndpointService } from "./endpoint-service.ts";
import { FlowLogs } from "./flow-logs.ts";
import { Nat } from "./nat.ts";
import { NetworkEndpoints } from "./network-endpoints.ts";
import { NetworkZone } from "./network-zone.ts";
import { zonesProblem, zoneSubnets } from "./subnets.ts";

export interface NetworkArgs {
    /** Plain, because the names of endpoints begin with its region. */
    account: AwsAccount;

    /** The VPC's range: private, from /16 to /20. Plain, because the subnets are computed from it. */
    cidr: string;

    /**
     * Two to four zones, such as `eu-central-1a`. Plain, because each is a resource. Add zones at the end, or subnets
     * move.
     */
    zones: readonly string[];

    /** The cluster that the network is for. Plain, because names contain it. */
    clusterName: string;

    /** Plain, because it decides how many NAT gateways there are. Defaults to one in each zone. */
    nat?: Nat;

    /**
     * AWS services, besides S3, that get an endpoint in the VPC. Plain, because each is a resource. Defaults to none.
     */
    interfaceEndpoints?: readonly EndpointService[];

    /** Days that flow logs are kept, one of the numbers that CloudWatch accepts. Defaults to 90. */
    flowLogRetentionDays?: number;

    /** ARN of the permissions boundary of the role of the flow logs. Defaults to none. */
    permissionsBoundary?: pulumi.Input<string>;

    /** Lets a deployment delete or replace the VPC, and the flow logs with their key. Defaults to false. */
    allowReplace?: boolean;
}

/**
 * A VPC for a cluster and its database: in each zone a private subnet for nodes, one for databases, and a public one
 * for load balancers and NAT gateways only. Databases have no route to the internet.
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

        const { account, cidr, zones, clusterName } = args;
        refuse(this, "cidr", cidr, cidrProblem(cidr));
        refuse(this, "zones", zones.join(", "), zonesProblem(account.region, zones));

        const vpc = new aws.ec2.Vpc(
            `${name}-vpc`,
            {
                cidrBlock: cidr,
                // Private DNS names of endpoints and of the cluster's API server need both.
                enableDnsSupport: true,
                enableDnsHostnames: true,
                tags: { Name: clusterName },
            },
            { parent: this, protect: !(args.allowReplace ?? false) },
        );

        // Whatever has no security group of its own gets this one. Without rules, because the default ones allow
        // traffic.
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
                region: account.region,
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
                vpcId: vpc.id,
                namePrefix: clusterName,
                retentionDays: args.flowLogRetentionDays ?? defaultLogRetentionDays.flowLogs,
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
