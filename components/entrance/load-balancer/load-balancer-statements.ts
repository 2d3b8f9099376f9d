import { type AwsAccount } from "../../aws/account.ts";
import { type Conditions, type Statement } from "../../aws/iam-statement.ts";

/** What the rights of the AWS Load Balancer Controller are about. */
export interface LoadBalancerScope {
    readonly account: AwsAccount;
    readonly clusterName: string;
    readonly vpcId: string;
    /** The one group of nodes and pods, in which the balancer's connections are let in. */
    readonly clusterSecurityGroupId: string;
}

/** By which the controller, and AWS by it, tells one cluster's from others. Dictated by the controller. */
const clusterTag = "elbv2.k8s.aws/cluster";

/** The service whose role AWS makes with an account's first load balancer. */
export const balancersOwnRole = "elasticloadbalancing.amazonaws.com";

/**
 * The controller's rights: to make Network Load Balancers, target groups and security groups that carry the cluster's tag, to
 * change and delete those alone, and to let their connections into one group. Its makers' list is longer, and for any cluster:
 * https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/docs/install/iam_policy.json
 */
export function loadBalancerStatements(scope: LoadBalancerScope): Statement[] {
    const { account, clusterName, vpcId, clusterSecurityGroupId } = scope;
    const { partition, region, id } = account;
    const balancing = (kind: string) => `arn:${partition}:elasticloadbalancing:${region}:${id}:${kind}`;
    const ec2 = (kind: string) => `arn:${partition}:ec2:${region}:${id}:${kind}`;
    const balancers = balancing("loadbalancer/net/*/*");
    const targetGroups = balancing("targetgroup/*/*");
    const listeners = balancing("listener/net/*/*/*");
    const securityGroups = ec2("security-group/*");
    const asked = { [`aws:RequestTag/${clusterTag}`]: [clusterName] };
    const carried = { [`aws:ResourceTag/${clusterTag}`]: [clusterName] };
    const ours = { StringEquals: carried };
    // Whoever may write the tag could make anything its own.
    const otherTags: Conditions = {
        StringEquals: carried,
        Null: { [`aws:RequestTag/${clusterTag}`]: ["true"] },
    };
    const byTag = "only what carries the cluster's tag";
    return [
        {
            sid: "MakeTagged",
            actions: ["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"],
            resources: [balancers, targetGroups],
            conditions: { StringEquals: asked },
            allowWildcard: byTag,
        },
        {
            sid: "Listen",
            actions: ["elasticloadbalancing:CreateListener"],
            // Held by the listener's tag, as AWS's own policy for EKS has it: AmazonEKSLoadBalancingPolicy.
            resources: [balancers],
            conditions: { StringEquals: asked },
            allowWildcard: byTag,
        },
        {
            sid: "TagAtStart",
            actions: ["elasticloadbalancing:AddTags"],
            resources: [balancers, targetGroups, listeners],
            conditions: {
                StringEquals: {
                    ...asked,
                    "elasticloadbalancing:CreateAction": ["CreateLoadBalancer", "CreateTargetGroup", "CreateListener"],
                },
            },
            allowWildcard: byTag,
        },
        {
            sid: "TagOwn",
            actions: ["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"],
            resources: [balancers, targetGroups, listeners],
            conditions: otherTags,
            allowWildcard: byTag,
        },
        {
            sid: "ChangeOwn",
            actions: [
                "elasticloadbalancing:DeleteListener",
                "elasticloadbalancing:DeleteLoadBalancer",
                "elasticloadbalancing:DeleteTargetGroup",
                "elasticloadbalancing:DeregisterTargets",
                "elasticloadbalancing:ModifyListener",
                "elasticloadbalancing:ModifyLoadBalancerAttributes",
                "elasticloadbalancing:ModifyTargetGroup",
                "elasticloadbalancing:ModifyTargetGroupAttributes",
                "elasticloadbalancing:RegisterTargets",
                "elasticloadbalancing:SetSecurityGroups",
                "elasticloadbalancing:SetSubnets",
            ],
            resources: [balancers, targetGroups, listeners],
            conditions: ours,
            allowWildcard: byTag,
        },
        {
            sid: "MakeSecurityGroups",
            actions: ["ec2:CreateSecurityGroup"],
            resources: [securityGroups],
            conditions: { StringEquals: asked },
            allowWildcard: byTag,
        },
        { sid: "InTheNetwork", actions: ["ec2:CreateSecurityGroup"], resources: [ec2(`vpc/${vpcId}`)] },
        {
            sid: "TagSecurityGroupsAtStart",
            actions: ["ec2:CreateTags"],
            resources: [securityGroups],
            conditions: { StringEquals: { ...asked, "ec2:CreateAction": ["CreateSecurityGroup"] } },
            allowWildcard: byTag,
        },
        {
            sid: "TagOwnSecurityGroups",
            actions: ["ec2:CreateTags", "ec2:DeleteTags"],
            resources: [securityGroups],
            conditions: otherTags,
            allowWildcard: byTag,
        },
        {
            sid: "ChangeOwnSecurityGroups",
            actions: ["ec2:AuthorizeSecurityGroupIngress", "ec2:DeleteSecurityGroup", "ec2:RevokeSecurityGroupIngress"],
            resources: [securityGroups],
            conditions: ours,
            allowWildcard: byTag,
        },
        {
            sid: "LetIntoTheCluster",
            actions: ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"],
            resources: [ec2(`security-group/${clusterSecurityGroupId}`)],
        },
        {
            sid: "Look",
            actions: [
                // What the balancing service looks up as whoever asks it.
                "ec2:DescribeAccountAttributes",
                "ec2:DescribeAddresses",
                "ec2:DescribeInternetGateways",
                "ec2:DescribeVpcPeeringConnections",
                "ec2:DescribeAvailabilityZones",
                "ec2:DescribeInstances",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeRouteTables",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
                "elasticloadbalancing:DescribeListenerAttributes",
                "elasticloadbalancing:DescribeListeners",
                "elasticloadbalancing:DescribeLoadBalancerAttributes",
                "elasticloadbalancing:DescribeLoadBalancers",
                "elasticloadbalancing:DescribeRules",
                "elasticloadbalancing:DescribeTags",
                "elasticloadbalancing:DescribeTargetGroupAttributes",
                "elasticloadbalancing:DescribeTargetGroups",
                "elasticloadbalancing:DescribeTargetHealth",
            ],
            resources: ["*"],
            conditions: { StringEquals: { "aws:RequestedRegion": [region] } },
            allowWildcard: "AWS describes none of them by itself",
        },
        {
            sid: "LookAtTheNetworksGroups",
            actions: ["ec2:GetSecurityGroupsForVpc"],
            resources: [ec2(`vpc/${vpcId}`)],
        },
        {
            sid: "LetAwsBalance",
            // AWS makes its own role as whoever asks for the account's first load balancer.
            actions: ["iam:CreateServiceLinkedRole"],
            resources: [
                `arn:${partition}:iam::${id}:role/aws-service-role/${balancersOwnRole}/AWSServiceRoleForElasticLoadBalancing`,
            ],
            conditions: { StringEquals: { "iam:AWSServiceName": [balancersOwnRole] } },
        },
    ];
}
