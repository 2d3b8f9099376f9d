/** Services of AWS that nodes and pods may reach without leaving the VPC. */
export const EndpointService = {
    /** Credentials by web identity. */
    sts: "sts",
    /** Credentials by EKS Pod Identity. */
    eksAuth: "eks-auth",
    /** What images are called, and the images; their layers come from S3. */
    ecrApi: "ecr.api",
    ecrImages: "ecr.dkr",
    /** CloudWatch Logs. */
    logs: "logs",
    secretsManager: "secretsmanager",
    /** What the VPC CNI and the EBS driver ask. */
    ec2: "ec2",
    kms: "kms",
    /** What Systems Manager needs for a session on a node. */
    ssm: "ssm",
    ssmMessages: "ssmmessages",
} as const;
export type EndpointService = (typeof EndpointService)[keyof typeof EndpointService];
