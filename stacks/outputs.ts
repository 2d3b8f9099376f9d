import type * as pulumi from "@pulumi/pulumi";

/**
 * The contract with other stacks. Keys are only added. `outputsVersion` rises when the meaning of a key must change.
 * None of them is a secret.
 */
export interface PlatformOutputs {
    outputsVersion: 1;
    /** The cluster that the stack deploys to. */
    clusterName: pulumi.Output<string>;
    /** ARN of the cluster's IAM OIDC provider. Left out outside AWS, undefined where the account has none. */
    clusterOidcProviderArn?: pulumi.Output<string | undefined>;
    /** The domain at the end of every workload's identity. */
    trustDomain: pulumi.Output<string>;
    /** SHA-256 of the certificate of each root that the mesh trusts, in hex, oldest generation first. */
    rootFingerprints: pulumi.Output<string[]>;
    /** Where people and programs reach Airflow. */
    airflowUrl: pulumi.Output<string>;
    /** The namespace that Airflow's own components run in. */
    airflowNamespace: pulumi.Output<string>;
    /** ARNs of the IAM roles of Airflow's components, by component. Empty when Airflow uses nothing in AWS. */
    airflowRoleArns: Readonly<Record<string, pulumi.Output<string>>>;
    /** By team: as whom its tasks run. Left out of a stack without teams. */
    teams?: Readonly<Record<string, TeamOutputs>>;
    /** As whom all tasks of a stack without teams run. Left out of one with teams. */
    tasks?: TeamOutputs;
}

/** As whom tasks run. */
export interface TeamOutputs {
    /** Where they run. Resolves at once: whoever deploys into it must come after this stack. */
    readonly namespace: string;
    readonly serviceAccount: string;
    /** As whom the mesh knows them: what another stack's policies let in. */
    readonly meshIdentity: string;
    /** ARN of their IAM role. Left out where they use nothing in AWS. */
    readonly roleArn?: pulumi.Output<string>;
}
