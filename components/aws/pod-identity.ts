import { type Conditions } from "./iam-statement.ts";

/** EKS's own principal, which fetches credentials for pods. */
export const podIdentityService = "pods.eks.amazonaws.com";

/**
 * That EKS Pod Identity acts for exactly one service account of one cluster, by the session tags that it sends. The
 * association decides who gets a role; this holds when somebody who may make associations makes a wrong one. It rests
 * on the tags, so an association must not turn them off.
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
 */
export function actsForOneAccount(
    clusterArn: string,
    { namespace, name }: { readonly namespace: string; readonly name: string },
): Conditions {
    return {
        StringEquals: {
            "aws:RequestTag/eks-cluster-arn": [clusterArn],
            "aws:RequestTag/kubernetes-namespace": [namespace],
            "aws:RequestTag/kubernetes-service-account": [name],
        },
    };
}
