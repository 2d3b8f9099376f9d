import { type PolicyDocument, policyDocument } from "../../aws/policy-document.ts";
import { actsForOneAccount, podIdentityService } from "../../aws/pod-identity.ts";
import { sizeProblem } from "./policy-problems.ts";

/** One Kubernetes service account. */
export interface ServiceAccountRef {
    readonly namespace: string;
    readonly name: string;
}

/** The audience of the tokens that EKS's webhook mounts into pods. */
const tokenAudience = "sts.amazonaws.com";

/**
 * Why a role cannot trust that service account. Undefined when it can. Trust policies contain the names without
 * escaping.
 */
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
 * A trust policy that lets exactly one service account assume the role with its token, through the cluster's OIDC
 * provider. The issuer may begin with `https://`; IAM's condition keys leave that out.
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
 * A trust policy that lets EKS Pod Identity assume the role for exactly one service account of one cluster, as
 * actsForOneAccount checks. Without conditions on `aws:SourceAccount` and `aws:SourceArn`: the user guide does not
 * promise these keys for this principal, and the cluster's ARN contains account and region.
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
 * The trust policy of the target role of a Pod Identity association: lets the association's own role assume it, for the
 * one service account of the association.
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
                // Not as the principal: IAM replaces a deleted role there by its unique id, which a role of the same
                // name does not get.
                ArnEquals: { "aws:PrincipalArn": [sourceRoleArn] },
            },
        },
    ]);
}

/** The policy as JSON. Throws when it is too long. */
export function checkedTrust(document: PolicyDocument): string {
    const problem = sizeProblem("the trust policy", "trust", [document]);
    if (problem !== undefined) {
        throw new Error(problem);
    }
    return JSON.stringify(document);
}
