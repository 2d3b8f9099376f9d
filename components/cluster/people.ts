/** Stands before what the provider calls people and groups, so that none of them is one of Kubernetes' own. */
export const peoplesPrefix = "oidc:";

/** Whom the provider says somebody is, for the API server of Kubernetes. */
export interface PeoplesLogin {
    /** The provider's address, as in `iss` of its tokens. EKS asks it over the internet. */
    readonly issuer: string;
    /** The client through which people get tokens for kubectl: the tokens' only audience. */
    readonly clientId: string;
    /** The claim with the groups, one text or a list. Kubernetes takes a claim's name, and no path. */
    readonly groupsClaim: string;
}

/** Somebody whom IAM knows, and whom Roles in the cluster give rights by groups. */
export interface ReaderRole {
    /** Of an IAM role or user. */
    readonly arn: string;
    /** As Roles in the cluster name them. EKS takes none that begins with `system:`, `eks:`, `aws:` or `iam:`. */
    readonly groups: readonly string[];
}
