import { type PolicyDocument, policyDocument } from "../aws/iam-statement.ts";
import { actsForOneAccount, podIdentityService } from "../aws/pod-identity.ts";
import { sizeProblem } from "./policy-problems.ts";

/** One Kubernetes service account. */
export interface ServiceAccountRef {
    readonly namespace: string;
    readonly name: string;
}

/** For whom the tokens are that EKS's webhook mounts into pods. */
const tokenAudience = "sts.amazonaws.com";

/** Why a role may not be tied to that account, or nothing. A name is written into a trust policy as it is. */
export function serviceAccountProblem({ namespace, name }: ServiceAccountRef): string | undefined {
    const label = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
    if (!new RegExp(`^${label}$`).test(namespace)) {
        return `serviceAccount.namespace is "${namespace}": it must be a DNS label of one namespace. Name that namespace.`;
    }
    if (name.length > 253 || !new RegExp(`^${label}(\\.${label})*$`).test(name)) {
        return `serviceAccount.name is "${name}": it must be the DNS name of one service account. Name that account.`;
    }
    return undefined;
}

/**
 * Lets exactly one service account assume the role with its own token, through the cluster's OIDC provider. The issuer is
 * EKS's address of it; IAM names its keys without the `https://`.
 */
export function trustThroughOidc(providerArn: string, issuer: string, account: ServiceAccountRef): PolicyDocument {
    const provider = issuer.replace(/^https:\/\//, "");
    return policyDocument([
        {
            sid: "OneServiceAccount",
            principals: { federated: [providerArn] },
            actions: ["sts:AssumeRoleWithWebIdentity"],
            conditions: {
                StringEquals: {
                    [`${provider}:sub`]: [`system:serviceaccount:${account.namespace}:${account.name}`],
                    [`${provider}:aud`]: [tokenAudience],
                },
            },
        },
    ]);
}

/**
 * Lets EKS Pod Identity assume the role for exactly one service account of one cluster. The association decides who gets
 * the role; these conditions hold when somebody who may make associations makes a wrong one. They rest on the session tags
 * that EKS sends, so an association must not turn those off. `aws:SourceAccount` and `aws:SourceArn` are not asked for:
 * the user guide does not promise them for this principal, and the cluster's ARN says account and region already.
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
 */
export function trustThroughPodIdentity(clusterArn: string, account: ServiceAccountRef): PolicyDocument {
    return policyDocument([
        {
            sid: "OneServiceAccount",
            principals: { service: [podIdentityService] },
            actions: ["sts:AssumeRole", "sts:TagSession"],
            conditions: actsForOneAccount(clusterArn, account),
        },
    ]);
}

/**
 * For the role of another account that a Pod Identity association names as its target: lets the association's own role
 * assume it, for the one service account that it acts for.
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html
 */
export function trustOneChainedRole(
    sourceRoleArn: string,
    clusterArn: string,
    account: ServiceAccountRef,
): PolicyDocument {
    return policyDocument([
        {
            sid: "OneServiceAccountThroughItsRole",
            principals: { aws: [sourceRoleArn.replace(/:role\/.*$/, ":root")] },
            actions: ["sts:AssumeRole", "sts:TagSession"],
            conditions: {
                ...actsForOneAccount(clusterArn, account),
                // Not as the principal, where IAM would replace a deleted and remade role by an id that nobody has.
                ArnEquals: { "aws:PrincipalArn": [sourceRoleArn] },
            },
        },
    ]);
}

/** The policy as IAM takes it. Throws when it is too long. */
export function checkedTrust(document: PolicyDocument): string {
    const problem = sizeProblem("the trust policy", "trust", [document]);
    if (problem !== undefined) {
        throw new Error(problem);
    }
    return JSON.stringify(document);
}
