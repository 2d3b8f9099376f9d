/** The EKS add-ons of a cluster with node groups. */
export type AddonName = "vpc-cni" | "kube-proxy" | "eks-pod-identity-agent" | "coredns" | "aws-ebs-csi-driver";

/** A Kubernetes version, and the version of each add-on for it. */
interface ClusterVersions {
    /** The minor version. EKS installs patch releases by itself. */
    readonly kubernetes: string;
    readonly addons: Readonly<Record<AddonName, string>>;
}

/**
 * The only place that names versions of Kubernetes on EKS and of its add-ons. Sources, read on 2026-11-24:
 * https://docs.aws.amazon.com/eks/latest/userguide/managing-kube-proxy.html for kube-proxy, and public stacks with the
 * same Kubernetes version for the others. For the newest: `aws eks describe-addon-versions --kubernetes-version …`.
 */
const table = [
    {
        kubernetes: "1.35",
        addons: {
            "vpc-cni": "v1.22.3-eksbuild.1",
            "kube-proxy": "v1.35.3-eksbuild.13",
            "eks-pod-identity-agent": "v1.3.10-eksbuild.3",
            coredns: "v1.13.2-eksbuild.11",
            "aws-ebs-csi-driver": "v1.63.1-eksbuild.1",
        },
    },
    {
        // The newest in AWS's tables, with the longest standard support.
        kubernetes: "1.36",
        addons: {
            "vpc-cni": "v1.22.3-eksbuild.1",
            "kube-proxy": "v1.36.0-eksbuild.14",
            "eks-pod-identity-agent": "v1.3.10-eksbuild.3",
            coredns: "v1.14.3-eksbuild.3",
            "aws-ebs-csi-driver": "v1.63.1-eksbuild.1",
        },
    },
] as const satisfies readonly ClusterVersions[];

/** What a stack may choose, oldest first. EKS upgrades one minor version at a time, and never downgrades. */
export const kubernetesVersions: readonly string[] = table.map(({ kubernetes }) => kubernetes);

export const defaultKubernetesVersion = "1.36";

/** The oldest version of an existing cluster that the platform runs on. */
export const oldestKubernetesVersion = "1.31";

/** The add-on's version for a Kubernetes version. Throws if that is not in the table. */
export function addonVersion(kubernetes: string, addon: AddonName): string {
    const versions = table.find((row) => row.kubernetes === kubernetes);
    if (versions === undefined) {
        throw new Error(
            `no add-ons are pinned for Kubernetes ${kubernetes}, only for ${kubernetesVersions.join(", ")}`,
        );
    }
    return versions.addons[addon];
}

/** Whether a version such as `1.36` is the same as the other or newer. */
export function isAtLeast(version: string, other: string): boolean {
    const [[major = 0, minor = 0], [otherMajor = 0, otherMinor = 0]] = [version, other].map((text) =>
        text.split(".").map(Number),
    ) as [number[], number[]];
    return major > otherMajor || (major === otherMajor && minor >= otherMinor);
}
