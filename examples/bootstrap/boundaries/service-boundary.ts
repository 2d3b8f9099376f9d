import { type Guarded } from "../guarded.ts";
import { nodeRoleNames } from "../names.ts";
import { type PolicyDocument, policy } from "../policy.ts";
import { closedServices } from "./workload-boundary.ts";

/** Whose service roles they are. */
export interface ServiceScope {
    readonly region: string;
    /** Begins the name of everything that the stack makes. */
    readonly cluster: string;
}

/**
 * The most that the cluster's own roles can ever be given: of its control plane, nodes, add-ons, Karpenter, what makes
 * load balancers, flow logs and measurements of the database. They need machines, networks and load balancers, which no workload does, and no data. It
 * gives nothing by itself. AWS decides what its managed policies give such roles, and changes it, so where those act on
 * machines and networks whole services are named.
 */
export function serviceBoundary(
    { accountId, bucketArn, keyArns }: Guarded,
    { region, cluster }: ServiceScope,
): PolicyDocument {
    // RDS makes one group for all databases of an account, and says how long it is kept.
    const measurements = `arn:aws:logs:${region}:${accountId}:log-group:RDS*`;
    return policy(
        {
            Sid: "MachinesAndNetworks",
            Effect: "Allow",
            Action: ["autoscaling:*", "ec2:*", "elasticloadbalancing:*"],
            Resource: "*",
        },
        {
            Sid: "AroundMachines",
            Effect: "Allow",
            Action: [
                "acm:DescribeCertificate",
                "acm:ListCertificates",
                "cognito-idp:DescribeUserPoolClient",
                "ec2messages:*",
                "ecr:Batch*",
                "ecr:Get*",
                "eks-auth:AssumeRoleForPodIdentity",
                "eks:DescribeCluster",
                "kms:DescribeKey",
                "pricing:GetProducts",
                "shield:*Protection",
                "shield:GetSubscriptionState",
                "ssm:Describe*",
                "ssm:Get*",
                "ssm:List*",
                "ssm:PutComplianceItems",
                "ssm:PutConfigurePackageResult",
                "ssm:PutInventory",
                "ssm:Update*AssociationStatus",
                "ssm:UpdateInstanceInformation",
                "ssmmessages:*",
                "waf-regional:*ssociateWebACL",
                "waf-regional:GetWebACL*",
                "wafv2:*ssociateWebACL",
                "wafv2:GetWebACL*",
            ],
            Resource: "*",
        },
        {
            Sid: "DisksThroughEc2",
            Effect: "Allow",
            Action: ["kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
            Resource: "*",
            Condition: { StringEquals: { "kms:ViaService": `ec2.${region}.amazonaws.com` } },
        },
        {
            Sid: "WriteLogs",
            Effect: "Allow",
            Action: ["logs:CreateLog*", "logs:DescribeLog*", "logs:PutLogEvents"],
            Resource: "*",
        },
        {
            Sid: "OwnMeasurements",
            Effect: "Allow",
            Action: ["logs:GetLogEvents", "logs:PutRetentionPolicy"],
            Resource: [measurements, `${measurements}:*`],
        },
        {
            Sid: "WarningsOfNodes",
            Effect: "Allow",
            Action: ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
            Resource: `arn:aws:sqs:${region}:${accountId}:${cluster}*`,
        },
        {
            Sid: "RolesOfNodesToMachines",
            Effect: "Allow",
            Action: "iam:PassRole",
            Resource: nodeRoleNames(cluster).map((name) => `arn:aws:iam::${accountId}:role/${name}`),
            Condition: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
        },
        {
            Sid: "ProfilesOfNodes",
            Effect: "Allow",
            Action: [
                "iam:*InstanceProfile*",
                "iam:CreateServiceLinkedRole",
                "iam:GetServerCertificate",
                "iam:ListServerCertificates",
            ],
            Resource: "*",
        },
        {
            Sid: "NoPowerOverWhoMayWhat",
            Effect: "Deny",
            Action: [
                "iam:*AccessKey*",
                "iam:*Group*",
                "iam:*LoginProfile*",
                "iam:*MFADevice*",
                "iam:*OpenIDConnectProvider*",
                "iam:*PermissionsBoundary",
                "iam:*Policy*",
                "iam:*SAMLProvider*",
                "iam:*User*",
                "iam:CreateRole",
                "iam:DeleteRole",
                "iam:UpdateRole",
                "iam:UpdateRoleDescription",
                "sts:AssumeRole*",
                "sts:AssumeRoot",
                "sts:GetFederationToken",
            ],
            Resource: "*",
        },
        {
            Sid: "Oversight",
            Effect: "Deny",
            Action: closedServices.filter((service) => service !== "iam").map((service) => `${service}:*`),
            Resource: "*",
        },
        { Sid: "Logs", Effect: "Deny", Action: ["ec2:DeleteFlowLogs", "logs:Delete*"], Resource: "*" },
        { Sid: "NoState", Effect: "Deny", Action: "s3:*", Resource: [bucketArn, `${bucketArn}/*`] },
        { Sid: "NoKeyOfTheState", Effect: "Deny", Action: "kms:*", Resource: keyArns },
    );
}
