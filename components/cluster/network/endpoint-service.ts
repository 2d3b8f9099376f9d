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

/**
 * The services whose endpoints have a prefix of their own in China's regions, by what `aws ec2
 * describe-vpc-endpoint-services` lists there, as CDK keeps it:
 * https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-ec2/lib/vpc-endpoint.ts
 */
const prefixedInChina: readonly EndpointService[] = [
    EndpointService.ec2,
    EndpointService.ecrApi,
    EndpointService.ecrImages,
    EndpointService.sts,
];

/** The services of which it is not known what AWS calls their endpoints in China. */
const unknownInChina: readonly EndpointService[] = [EndpointService.eksAuth];

const isInChina = (region: string): boolean => region.startsWith("cn-");

/** What AWS calls the endpoint of a service in a region. S3's is a gateway's, which has the same name everywhere. */
export function endpointServiceName(region: string, service: EndpointService | "s3"): string {
    const prefix = isInChina(region) && prefixedInChina.some((each) => each === service) ? "cn." : "";
    return `${prefix}com.amazonaws.${region}.${service}`;
}

/** Why a network in that region has no endpoint of the service. Undefined where it may have one. */
export function endpointProblem(region: string, service: EndpointService): string | undefined {
    return isInChina(region) && unknownInChina.includes(service)
        ? "what AWS calls that endpoint in China is not known here. Leave it out: nodes reach the service through NAT."
        : undefined;
}
