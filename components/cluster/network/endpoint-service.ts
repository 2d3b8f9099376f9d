/** AWS services that nodes and pods can reach without leaving the VPC. */
export const EndpointService = {
    /** Credentials for IRSA. */
    sts: "sts",
    /** Credentials for EKS Pod Identity. */
    eksAuth: "eks-auth",
    /** ECR's API and its image registry. Image layers come from S3. */
    ecrApi: "ecr.api",
    ecrImages: "ecr.dkr",
    /** CloudWatch Logs. */
    logs: "logs",
    secretsManager: "secretsmanager",
    /** The API that the VPC CNI and the EBS driver call. */
    ec2: "ec2",
    kms: "kms",
    /** Both are needed for sessions on a node through Systems Manager. */
    ssm: "ssm",
    ssmMessages: "ssmmessages",
} as const;
export type EndpointService = (typeof EndpointService)[keyof typeof EndpointService];
