import type * as pulumi from "@pulumi/pulumi";

/** Where resources of AWS are: ARNs that are written before what they name exists are made of it. */
export interface AwsAccount {
    /** Twelve digits. */
    readonly accountId: pulumi.Input<string>;
    /** `aws`, or another one in China and for governments. */
    readonly partition: pulumi.Input<string>;
    /** Plain, because it is in names. */
    readonly region: string;
}
