import { type Request } from "./simulator.ts";
import { accountId } from "./account.ts";

const region = "eu-central-1";
const ec2 = (action: string, resource = "*"): Request => ({
    action: `ec2:${action}`,
    resource,
    context: { "aws:RequestedRegion": region },
});
const vpc = `arn:aws:ec2:${region}:${accountId}:vpc/vpc-0123456789abcdef0`;
const ofCluster = (kind: string, rest = ""): string => `arn:aws:eks:${region}:${accountId}:${kind}/airflow-prod${rest}`;
const issuer = `arn:aws:iam::${accountId}:oidc-provider/oidc.eks.${region}.amazonaws.com/id/0123456789ABCDEF`;

/** Of every environment. */
const zone = "arn:aws:route53:::hostedzone/ZSHARED";

/** What the provider asks AWS when the program looks something up, from the provider's own sources, by what is called. */
export const lookups: Readonly<Record<string, readonly Request[]>> = {
    // AWS lets everybody ask who they are.
    "aws:index/getCallerIdentity:getCallerIdentity": [],
    // The provider knows these by itself.
    "aws:index/getPartition:getPartition": [],
    "aws:index/getRegion:getRegion": [],
    "aws:index/getAvailabilityZones:getAvailabilityZones": [ec2("DescribeAvailabilityZones")],
    "aws:ec2/getVpc:getVpc": [
        ec2("DescribeVpcs"),
        // Whether it has names for hosts, asked one by one, and its main route table.
        ec2("DescribeVpcAttribute", vpc),
        ec2("DescribeRouteTables"),
    ],
    "aws:ec2/getSubnet:getSubnet": [ec2("DescribeSubnets")],
    "aws:eks/getCluster:getCluster": [{ action: "eks:DescribeCluster", resource: ofCluster("cluster") }],
    "aws:eks/getAddon:getAddon": [
        { action: "eks:DescribeAddon", resource: ofCluster("addon", "/vpc-cni/01234567-89ab-cdef-0123-456789abcdef") },
    ],
    "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": [
        { action: "iam:ListOpenIDConnectProviders", resource: "*" },
        { action: "iam:GetOpenIDConnectProvider", resource: issuer },
    ],
    // The provider knows these by itself.
    "aws:lb/getHostedZoneId:getHostedZoneId": [],
    "aws:route53/getZone:getZone": [
        { action: "route53:GetHostedZone", resource: zone },
        { action: "route53:ListTagsForResource", resource: zone },
        // The name servers of a private zone are among its records.
        { action: "route53:ListResourceRecordSets", resource: zone },
    ],
};
