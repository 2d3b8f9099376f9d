import * as pulumi from "@pulumi/pulumi";

import { type PolicyDocument, type Statement } from "../aws/iam-statement.ts";
import { type ServiceAccountRef, trustThroughOidc, trustThroughPodIdentity } from "./trust-policy.ts";

/** How a service account comes by a role. */
export const BindingKind = {
    /** EKS Pod Identity: an association in EKS's API, which nobody can change from inside the cluster. */
    podIdentity: "pod-identity",
    /** IAM roles for service accounts: an annotation on the account, and the cluster's OIDC provider. */
    irsa: "irsa",
} as const;

export interface PodIdentityBinding {
    kind: typeof BindingKind.podIdentity;
    clusterName: pulumi.Input<string>;
    clusterArn: pulumi.Input<string>;
    /**
     * A role of any account that the pods are given in the end; its own trust policy must let this role in, as
     * trustOneChainedRole writes it. Defaults to none: the pods are given this role.
     */
    targetRoleArn?: pulumi.Input<string>;
}

export interface IrsaBinding {
    kind: typeof BindingKind.irsa;
    /** ARN of the cluster's IAM OIDC provider. */
    oidcProviderArn: pulumi.Input<string>;
    /** The cluster's issuer. */
    oidcIssuer: pulumi.Input<string>;
}

export type RoleBinding = PodIdentityBinding | IrsaBinding;

/** The role's trust policy. */
export function trustOf(binding: RoleBinding, account: ServiceAccountRef): pulumi.Output<PolicyDocument> {
    return binding.kind === BindingKind.irsa
        ? pulumi
              .all([binding.oidcProviderArn, binding.oidcIssuer])
              .apply(([arn, issuer]) => trustThroughOidc(arn, issuer, account))
        : pulumi.output(binding.clusterArn).apply((arn) => trustThroughPodIdentity(arn, account));
}

/** Whether the pods are given another role in the end. */
export function isChained(binding: RoleBinding): binding is PodIdentityBinding {
    return binding.kind === BindingKind.podIdentity && binding.targetRoleArn !== undefined;
}

/** The one thing that a role may do whose pods are given another. */
export function handOver(targetRoleArn: string): readonly Statement[] {
    return [{ sid: "HandOver", actions: ["sts:AssumeRole", "sts:TagSession"], resources: [targetRoleArn] }];
}
