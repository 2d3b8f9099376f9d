import { type Deployment } from "./deployment.ts";
import { type Statement } from "../policy.ts";

/** The network. EC2 names no resource before it is made, so the region is what holds. */
export function network({ guarded: { accountId }, region }: Deployment): Statement[] {
    const here = { StringEquals: { "aws:RequestedRegion": region } };
    return [
        { Sid: "Read", Effect: "Allow", Action: "ec2:Describe*", Resource: "*", Condition: here },
        {
            Sid: "Network",
            Effect: "Allow",
            Action: [
                "ec2:*Address",
                "ec2:*AddressAttribute",
                "ec2:*FlowLogs",
                "ec2:*InternetGateway",
                "ec2:*LaunchTemplate*",
                "ec2:*NatGateway",
                "ec2:*NetworkAcl*",
                "ec2:*Route",
                "ec2:*RouteTable",
                "ec2:*RouteTableAssociation",
                "ec2:*SecurityGroup*",
                "ec2:*Subnet",
                "ec2:*SubnetAttribute",
                "ec2:*Tags",
                "ec2:*Vpc",
                "ec2:*VpcAttribute",
                "ec2:*VpcCidrBlock",
                "ec2:*VpcEndpoint",
                "ec2:*VpcEndpoints",
            ],
            Resource: "*",
            Condition: here,
        },
        {
            Sid: "NodesByLaunchTemplateOnly",
            Effect: "Allow",
            // EKS tries the launch template as whoever makes the node group, and adds the subnet, the image and the
            // network interface, which the template does not name: ec2:IsLaunchTemplateResource would be false for those.
            Action: "ec2:RunInstances",
            Resource: "*",
            Condition: {
                ...here,
                ArnLike: { "ec2:LaunchTemplate": `arn:aws:ec2:${region}:${accountId}:launch-template/*` },
            },
        },
    ];
}
