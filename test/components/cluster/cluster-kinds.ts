/** The types of resources of a cluster with node groups. */
export const clusterKinds = [
    "aws:eks/cluster:Cluster",
    "aws:eks/accessEntry:AccessEntry",
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
    "aws:eks/addon:Addon",
    "aws:eks/nodeGroup:NodeGroup",
    "aws:ec2/launchTemplate:LaunchTemplate",
    "aws:iam/role:Role",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    "aws:kms/key:Key",
    "aws:kms/alias:Alias",
    "aws:cloudwatch/logGroup:LogGroup",
];

/** The types of a cluster in Auto Mode. What EKS runs by itself is not a resource. */
export const autoModeKinds = clusterKinds.filter((kind) => !/NodeGroup|LaunchTemplate/.test(kind));
