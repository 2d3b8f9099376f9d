/** Where in AWS something is: ARNs and the names of services' endpoints are made of it. */
export interface AwsAccount {
    /** Twelve digits. */
    readonly id: string;
    /** Such as `eu-west-1`. */
    readonly region: string;
    /** `aws`, or `aws-cn` or `aws-us-gov` for what is kept apart. */
    readonly partition: string;
}

/** The account itself, as a principal: whoever its IAM policies let through. */
export function accountPrincipal({ partition, id }: AwsAccount): string {
    return `arn:${partition}:iam::${id}:root`;
}

/** A service's endpoint, as KMS sees who asks on a principal's behalf (`kms:ViaService`). */
export function serviceEndpoint({ region, partition }: AwsAccount, service: string): string {
    return `${service}.${region}.amazonaws.com${partition === "aws-cn" ? ".cn" : ""}`;
}
