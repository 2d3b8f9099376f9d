import type * as pulumi from "@pulumi/pulumi";

/**
 * What other stacks may rely on. Keys are only ever added; `outputsVersion` rises when one has to change its meaning.
 * There are no secrets here, so whoever may read the stack may read all of it.
 */
export interface PlatformOutputs {
    outputsVersion: 1;
    /** The cluster that the stack deploys to. */
    clusterName: pulumi.Output<string>;
    /** ARN of the cluster's IAM OIDC provider, where it is in AWS and has one. */
    clusterOidcProviderArn?: pulumi.Output<string | undefined>;
    /** The domain at the end of every workload's identity. */
    trustDomain: pulumi.Output<string>;
    /** SHA-256 of the certificate of each root that the mesh trusts, in hex, oldest generation first. */
    rootFingerprints: pulumi.Output<string[]>;
    /** Where people and programs reach Airflow. */
    airflowUrl: pulumi.Output<string>;
    /** The namespace that Airflow's own components run in. */
    airflowNamespace: pulumi.Output<string>;
    /** ARNs of the IAM roles of Airflow's parts, by part. Empty where nothing of AWS is used. */
    airflowRoleArns: Readonly<Record<string, pulumi.Output<string>>>;
}
