import { type AwsAccount, clusterArn } from "../../../aws/account.ts";
import { type Statement } from "../../../aws/iam-statement.ts";

/** What Karpenter's rights are about. */
export interface ControllerScope {
    readonly account: AwsAccount;
    readonly clusterName: string;
    readonly queueArn: string;
    readonly nodeRoleArn: string;
    readonly instanceProfileArn: string;
}

/**
 * Karpenter's rights: to start nodes that carry the cluster's tag and to end those alone, and to hand them one role. Who it
 * is modelled on: https://karpenter.sh/docs/reference/cloudformation/. It makes no instance profile, unlike there.
 */
export function controllerStatements({
    account,
    clusterName,
    queueArn,
    nodeRoleArn,
    instanceProfileArn,
}: ControllerScope): Statement[] {
    const { partition, region, id } = account;
    const ours = (...kinds: string[]) => kinds.map((kind) => `arn:${partition}:ec2:${region}:${id}:${kind}/*`);
    const amazons = (...kinds: string[]) => kinds.map((kind) => `arn:${partition}:ec2:${region}::${kind}/*`);
    const started = ours(
        "fleet",
        "instance",
        "volume",
        "network-interface",
        "launch-template",
        "spot-instances-request",
    );
    const tagged = (when: "RequestTag" | "ResourceTag") => ({
        StringEquals: { [`aws:${when}/kubernetes.io/cluster/${clusterName}`]: ["owned"] },
        StringLike: { [`aws:${when}/karpenter.sh/nodepool`]: ["*"] },
    });
    const asks = tagged("RequestTag");
    const ofCluster = {
        ...asks,
        StringEquals: { ...asks.StringEquals, "aws:RequestTag/eks:eks-cluster-name": [clusterName] },
    };
    const everywhere = "EC2 describes no resource by itself, and prices are nobody's";
    return [
        {
            sid: "StartFrom",
            actions: ["ec2:CreateFleet", "ec2:RunInstances"],
            resources: [...amazons("image", "snapshot"), ...ours("security-group", "subnet")],
            allowWildcard: "which of them is in the class of nodes",
        },
        {
            sid: "StartByOwnTemplate",
            actions: ["ec2:CreateFleet", "ec2:RunInstances"],
            resources: ours("launch-template"),
            conditions: tagged("ResourceTag"),
        },
        {
            sid: "StartTagged",
            actions: ["ec2:CreateFleet", "ec2:CreateLaunchTemplate", "ec2:RunInstances"],
            resources: started,
            conditions: ofCluster,
        },
        {
            sid: "TagAtStart",
            actions: ["ec2:CreateTags"],
            resources: started,
            conditions: {
                ...ofCluster,
                StringEquals: {
                    ...ofCluster.StringEquals,
                    "ec2:CreateAction": ["CreateFleet", "CreateLaunchTemplate", "RunInstances"],
                },
            },
        },
        {
            sid: "NameOwnNodes",
            actions: ["ec2:CreateTags"],
            resources: ours("instance"),
            conditions: {
                ...tagged("ResourceTag"),
                StringEqualsIfExists: { "aws:RequestTag/eks:eks-cluster-name": [clusterName] },
                "ForAllValues:StringEquals": {
                    "aws:TagKeys": ["Name", "eks:eks-cluster-name", "karpenter.sh/nodeclaim"],
                },
            },
        },
        {
            sid: "EndOwnNodes",
            actions: ["ec2:DeleteLaunchTemplate", "ec2:TerminateInstances"],
            resources: ours("instance", "launch-template"),
            conditions: tagged("ResourceTag"),
        },
        {
            sid: "Look",
            actions: [
                "ec2:DescribeAvailabilityZones",
                "ec2:DescribeCapacityReservations",
                "ec2:DescribeImages",
                "ec2:DescribeInstanceStatus",
                "ec2:DescribeInstances",
                "ec2:DescribeInstanceTypeOfferings",
                "ec2:DescribeInstanceTypes",
                "ec2:DescribeLaunchTemplates",
                "ec2:DescribePlacementGroups",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSpotPriceHistory",
                "ec2:DescribeSubnets",
            ],
            resources: ["*"],
            conditions: { StringEquals: { "aws:RequestedRegion": [region] } },
            allowWildcard: everywhere,
        },
        { sid: "LookAtPrices", actions: ["pricing:GetProducts"], resources: ["*"], allowWildcard: everywhere },
        {
            sid: "FindImages",
            actions: ["ssm:GetParameter"],
            resources: [`arn:${partition}:ssm:${region}::parameter/aws/service/*`],
        },
        {
            sid: "HearOfInterruptions",
            actions: ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
            resources: [queueArn],
        },
        {
            sid: "HandRoleToNodes",
            actions: ["iam:PassRole"],
            resources: [nodeRoleArn],
            conditions: { StringEquals: { "iam:PassedToService": ["ec2.amazonaws.com"] } },
        },
        {
            sid: "LetEc2BidForSpot",
            // EC2 makes its role for spot nodes as whoever asks for the account's first one.
            actions: ["iam:CreateServiceLinkedRole"],
            resources: [
                `arn:${partition}:iam::${id}:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot`,
            ],
            conditions: { StringEquals: { "iam:AWSServiceName": ["spot.amazonaws.com"] } },
        },
        { sid: "FindInstanceProfile", actions: ["iam:GetInstanceProfile"], resources: [instanceProfileArn] },
        {
            sid: "ListInstanceProfiles",
            actions: ["iam:ListInstanceProfiles"],
            resources: ["*"],
            allowWildcard: "the list names no resource",
        },
        { sid: "FindCluster", actions: ["eks:DescribeCluster"], resources: [clusterArn(account, clusterName)] },
    ];
}
