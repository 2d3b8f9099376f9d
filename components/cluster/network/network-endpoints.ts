import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { EndpointService } from "./endpoint-service.ts";

export interface NetworkEndpointsArgs {
    vpcId: pulumi.Input<string>;

    /** Who may use the endpoints: the VPC. */
    cidr: string;

    region: string;

    /** Which services, besides S3. Plain, because each is a resource and costs by the hour and zone. */
    services: readonly EndpointService[];

    /** Where the endpoints are: one subnet in each zone. */
    subnetIds: pulumi.Input<pulumi.Input<string>[]>;

    /** Whose traffic to S3 stays within the VPC. */
    routeTableIds: pulumi.Input<pulumi.Input<string>[]>;
}

/** Ways to services of AWS that stay within the VPC: S3 always, because it costs nothing, and others by choice. */
export class NetworkEndpoints extends pulumi.ComponentResource {
    constructor(name: string, args: NetworkEndpointsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:NetworkEndpoints", name, {}, opts);

        const { vpcId, region } = args;
        const serviceName = (service: string) => `com.amazonaws.${region}.${service}`;

        new aws.ec2.VpcEndpoint(
            `${name}-s3`,
            {
                vpcId,
                serviceName: serviceName("s3"),
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
                        serviceName: serviceName(service),
                        vpcEndpointType: "Interface",
                        subnetIds: args.subnetIds,
                        securityGroupIds: [clients.id],
                        // The service's usual name then means the endpoint, so nothing has to be told of it.
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
