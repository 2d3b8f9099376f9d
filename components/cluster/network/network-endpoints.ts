import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type EndpointService, endpointServiceName } from "./endpoint-service.ts";

export interface NetworkEndpointsArgs {
    vpcId: pulumi.Input<string>;

    /** The VPC's range, from which the endpoints accept connections. */
    cidr: string;

    region: string;

    /** The services besides S3. Plain, because each is a resource. Each costs money per hour and zone. */
    services: readonly EndpointService[];

    /** Subnets of the endpoints, one in each zone. */
    subnetIds: pulumi.Input<pulumi.Input<string>[]>;

    /** Route tables that get the route to S3. */
    routeTableIds: pulumi.Input<pulumi.Input<string>[]>;
}

/** VPC endpoints of AWS services: always for S3, because that is free of charge, and others by choice. */
export class NetworkEndpoints extends pulumi.ComponentResource {
    constructor(name: string, args: NetworkEndpointsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:NetworkEndpoints", name, {}, opts);

        const { vpcId, region } = args;

        new aws.ec2.VpcEndpoint(
            `${name}-s3`,
            {
                vpcId,
                serviceName: endpointServiceName(region, "s3"),
                vpcEndpointType: "Gateway",
                routeTableIds: args.routeTableIds,
                tags: { Name: `${name}-s3` },
            },
            { parent: this },
        );

        if (args.services.length > 0) {
            const clients = new aws.ec2.SecurityGroup(
                `${name}-clients`,
                { vpcId, description: "HTTPS from the VPC to services of AWS", tags: { Name: name } },
                { parent: this },
            );
            new aws.vpc.SecurityGroupIngressRule(
                `${name}-clients-https`,
                {
                    securityGroupId: clients.id,
                    description: "HTTPS from the VPC",
                    ipProtocol: "tcp",
                    fromPort: 443,
                    toPort: 443,
                    cidrIpv4: args.cidr,
                },
                { parent: this },
            );

            for (const service of args.services) {
                new aws.ec2.VpcEndpoint(
                    `${name}-${service.replace(".", "-")}`,
                    {
                        vpcId,
                        serviceName: endpointServiceName(region, service),
                        vpcEndpointType: "Interface",
                        subnetIds: args.subnetIds,
                        securityGroupIds: [clients.id],
                        // The service's usual host name resolves to the endpoint, so clients need no configuration.
                        privateDnsEnabled: true,
                        tags: { Name: `${name}-${service}` },
                    },
                    { parent: this },
                );
            }
        }

        this.registerOutputs({});
    }
}
