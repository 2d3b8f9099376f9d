import { type ServiceAccountRef } from "../../../components/identity/roles/trust-policy.ts";

/** What a token of a service account says that is meant for AWS. */
export function ownClaims({ namespace, name }: ServiceAccountRef): Record<string, string> {
    return { sub: `system:serviceaccount:${namespace}:${name}`, aud: "sts.amazonaws.com" };
}

/** Tokens that others have, or could ask for, by what they would be. */
export function forgedClaims(account: ServiceAccountRef): Readonly<Record<string, Record<string, string>>> {
    const { namespace, name } = account;
    const own = ownClaims(account);
    const subject = (of: string, called: string) => ({ ...own, sub: `system:serviceaccount:${of}:${called}` });
    return {
        "another account of the namespace": subject(namespace, "default"),
        "the same account of another namespace": subject("team-a", name),
        "an account whose name begins alike": subject(namespace, `${name}-2`),
        "an account whose name is a wildcard": subject(namespace, "*"),
        "other letters": subject(namespace, name.toUpperCase()),
        "a node": { ...own, sub: "system:node:ip-10-0-0-1" },
        "a token for the API server": { ...own, aud: "https://kubernetes.default.svc" },
        "a token for another service": { ...own, aud: "vault" },
        "a token without a subject": { aud: own.aud ?? "" },
        "a token without an audience": { sub: own.sub ?? "" },
        "a token without claims": {},
    };
}

/** The tags that EKS sends for a pod of a service account. */
export function ownTags(clusterArn: string, { namespace, name }: ServiceAccountRef): Record<string, string> {
    return {
        "aws:RequestTag/eks-cluster-arn": clusterArn,
        "aws:RequestTag/eks-cluster-name": clusterArn.split("/")[1] ?? "",
        "aws:RequestTag/kubernetes-namespace": namespace,
        "aws:RequestTag/kubernetes-service-account": name,
        "aws:RequestTag/kubernetes-pod-name": "task-1",
        "aws:RequestTag/kubernetes-pod-uid": "5b0f1b1e-0000-4000-8000-000000000000",
    };
}

/** Tags of other pods, and of associations that somebody made wrongly. */
export function forgedTags(
    clusterArn: string,
    account: ServiceAccountRef,
): Readonly<Record<string, Record<string, string>>> {
    const own = ownTags(clusterArn, account);
    const withTag = (tag: string, value: string) => ({ ...own, [`aws:RequestTag/${tag}`]: value });
    const without = (tag: string) => Object.fromEntries(Object.entries(own).filter(([key]) => !key.endsWith(tag)));
    const [, , , region = "", owner = ""] = clusterArn.split(":");
    return {
        "another namespace": withTag("kubernetes-namespace", "team-a"),
        "another account": withTag("kubernetes-service-account", "default"),
        "an account whose name begins alike": withTag("kubernetes-service-account", `${account.name}-2`),
        "a cluster of that name in another account": withTag(
            "eks-cluster-arn",
            clusterArn.replace(owner, "210987654321"),
        ),
        "a cluster of that name in another region": withTag("eks-cluster-arn", clusterArn.replace(region, "us-east-1")),
        "another cluster": withTag("eks-cluster-arn", `${clusterArn}-2`),
        "an association without the cluster's tag": without("eks-cluster-arn"),
        "an association without the namespace's tag": without("kubernetes-namespace"),
        "an association without the account's tag": without("kubernetes-service-account"),
        "an association that turned session tags off": {},
    };
}
