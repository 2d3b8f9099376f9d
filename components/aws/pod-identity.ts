import { type Conditions } from "./iam-statement.ts";

/** The principal with which EKS Pod Identity assumes roles for pods. */
export const podIdentityService = "pods.eks.amazonaws.com";

/**
 * Conditions of a trust policy: EKS Pod Identity may assume the role only for this service account of this cluster. The
 * association already decides that; the conditions still hold when somebody associates the role with another service
 * account. They check the session tags that EKS sends, so the association must not disable session tags.
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
