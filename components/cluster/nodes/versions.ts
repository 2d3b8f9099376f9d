/** EKS's own add-ons that a cluster with node groups has. */
export type AddonName = "vpc-cni" | "kube-proxy" | "eks-pod-identity-agent" | "coredns" | "aws-ebs-csi-driver";

/** The versions that go together: one of Kubernetes, and one of each add-on for it. */
interface ClusterVersions {
    /** Plain patch releases come by themselves; this is what a stack decides. */
    readonly kubernetes: string;
    readonly addons: Readonly<Record<AddonName, string>>;
}

/**
 * The only place that names versions of Kubernetes on EKS and of its add-ons. Read on 2026-11-24:
 * kube-proxy from the table at https://docs.aws.amazon.com/eks/latest/userguide/managing-kube-proxy.html, the others
 * from public stacks that run beside it. `aws eks describe-addon-versions --kubernetes-version …` has the newest.
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
        // The newest that AWS's tables list, and so in standard support the longest.
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

/** What a stack may choose, oldest first: EKS goes up one minor version at a time, and never down. */
export const kubernetesVersions: readonly string[] = table.map(({ kubernetes }) => kubernetes);

export const defaultKubernetesVersion = "1.36";

/** The oldest cluster of somebody else's that the platform runs on. */
export const oldestKubernetesVersion = "1.31";

/** The version of an add-on that goes with one of Kubernetes. Throws for what is not in the table. */
export function addonVersion(kubernetes: string, addon: AddonName): string {
    const versions = table.find((row) => row.kubernetes === kubernetes);
    if (versions === undefined) {
        throw new Error(
            `no add-ons are pinned for Kubernetes ${kubernetes}, only for ${kubernetesVersions.join(", ")}`,
        );
    }
    return versions.addons[addon];
}

/** Whether a version such as `1.36` is the other one or newer. */
export function isAtLeast(version: string, other: string): boolean {
    const [[major = 0, minor = 0], [otherMajor = 0, otherMinor = 0]] = [version, other].map((text) =>
        text.split(".").map(Number),
    ) as [number[], number[]];
    return major > otherMajor || (major === otherMajor && minor >= otherMinor);
}
