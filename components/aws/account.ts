/** An AWS account in one region. ARNs and service endpoints are built from it. */
export interface AwsAccount {
    /** Twelve digits. */
    readonly id: string;
    /** Such as `eu-west-1`. */
    readonly region: string;
    /** `aws`, `aws-cn` for China, or `aws-us-gov` for GovCloud. */
    readonly partition: string;
}

/** The account as a principal: everybody in it whose IAM policies allow the action. */
export function accountPrincipal({ partition, id }: AwsAccount): string {
    return `arn:${partition}:iam::${id}:root`;
}

/** The ARN of an EKS cluster. */
export function clusterArn({ partition, region, id }: AwsAccount, clusterName: string): string {
    return `arn:${partition}:eks:${region}:${id}:cluster/${clusterName}`;
}

/** A service's endpoint, as the condition key `kms:ViaService` names the service that calls KMS for a principal. */
export function serviceEndpoint({ region, partition }: AwsAccount, service: string): string {
    return `${service}.${region}.amazonaws.com${partition === "aws-cn" ? ".cn" : ""}`;
}

/** The endpoint of Route 53's API, which has one for all regions of a partition. */
export function route53Endpoint({ partition }: AwsAccount): string {
    const endpoints: Readonly<Record<string, string>> = {
        "aws-cn": "route53.amazonaws.com.cn",
        "aws-us-gov": "route53.us-gov.amazonaws.com",
    };
    return endpoints[partition] ?? "route53.amazonaws.com";
}
