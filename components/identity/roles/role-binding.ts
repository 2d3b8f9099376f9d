import * as pulumi from "@pulumi/pulumi";

import { type Statement } from "../../aws/iam-statement.ts";
import { type PolicyDocument } from "../../aws/policy-document.ts";
import { type ServiceAccountRef, trustThroughOidc, trustThroughPodIdentity } from "./trust-policy.ts";

/** How a service account gets an IAM role. */
export const BindingKind = {
    /** EKS Pod Identity: an association in EKS's API, which cannot be changed from inside the cluster. */
    podIdentity: "pod-identity",
    /** IAM roles for service accounts: an annotation of the service account, and the cluster's OIDC provider. */
    irsa: "irsa",
} as const;

export type BindingKind = (typeof BindingKind)[keyof typeof BindingKind];

export interface PodIdentityBinding {
    kind: typeof BindingKind.podIdentity;
    clusterName: pulumi.Input<string>;
    clusterArn: pulumi.Input<string>;
    /**
     * ARN of a role, in any account, whose credentials the pods get instead. Its trust policy must allow this role, as
     * trustOneChainedRole does. Defaults to none: the pods get this role.
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

/** The trust policy for one service account. */
export function trustOf(binding: RoleBinding, account: ServiceAccountRef): pulumi.Output<PolicyDocument> {
    return binding.kind === BindingKind.irsa
        ? pulumi
              .all([binding.oidcProviderArn, binding.oidcIssuer])
              .apply(([arn, issuer]) => trustThroughOidc(arn, issuer, account))
        : pulumi.output(binding.clusterArn).apply((arn) => trustThroughPodIdentity(arn, account));
}

/** Whether the pods get the credentials of a target role. */
export function isChained(binding: RoleBinding): binding is PodIdentityBinding {
    return binding.kind === BindingKind.podIdentity && binding.targetRoleArn !== undefined;
}

/** The only permissions of a role with a target role: to assume it. */
export function handOver(targetRoleArn: string): readonly Statement[] {
    return [{ sid: "HandOver", actions: ["sts:AssumeRole", "sts:TagSession"], resources: [targetRoleArn] }];
}
