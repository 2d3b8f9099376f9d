import { below, type Problem } from "../../problem.ts";

/** The EKS add-ons that the platform knows. */
export const addonNames = [
    "vpc-cni",
    "kube-proxy",
    "eks-pod-identity-agent",
    "coredns",
    "aws-ebs-csi-driver",
    "metrics-server",
    "eks-node-monitoring-agent",
] as const;

export type AddonName = (typeof addonNames)[number];

/** Add-ons in Auto Mode, where EKS itself does what the others do. */
export const addonsInAutoMode = ["metrics-server"] as const satisfies AddonName[];

/** Versions by add-on, in the place of those in the table. */
export type AddonVersions = Readonly<Partial<Record<AddonName, string>>>;

/** A Kubernetes version, and the version of each add-on for it. */
interface ClusterVersions {
    /** The minor version. EKS installs patch releases by itself. */
    readonly kubernetes: string;
    readonly addons: Readonly<Record<AddonName, string>>;
}

/**
 * The only place that names versions of Kubernetes on EKS and of its add-ons. Sources, read on 2026-11-24 and 2026-11-26:
 * https://docs.aws.amazon.com/eks/latest/userguide/managing-kube-proxy.html for kube-proxy, and public stacks with the
 * same Kubernetes version for the others. For the newest: `aws eks describe-addon-versions --kubernetes-version …`. AWS
 * withdraws builds at times, so a stack may name others.
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
            "metrics-server": "v0.9.0-eksbuild.7",
            "eks-node-monitoring-agent": "v1.6.4-eksbuild.1",
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
            "metrics-server": "v0.9.0-eksbuild.11",
            "eks-node-monitoring-agent": "v1.6.4-eksbuild.1",
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

/** Problems of versions that a stack names itself, by add-on. */
export function addonVersionProblems(kubernetes: string, versions: AddonVersions): Problem[] {
    return Object.entries(versions).flatMap(([addon, version]) =>
        below([addon], addonVersionProblem(kubernetes, addon as AddonName, version)),
    );
}

function addonVersionProblem(kubernetes: string, addon: AddonName, version: string): Problem | undefined {
    if (!/^v\d+\.\d+\.\d+-eksbuild\.\d+$/.test(version)) {
        return {
            path: [],
            value: version,
            rule: 'it must be a build of EKS, such as "v1.14.3-eksbuild.3". Correct it.',
        };
    }
    return addon !== "kube-proxy" || version.startsWith(`v${kubernetes}.`)
        ? undefined
        : {
              path: [],
              value: version,
              rule: `kube-proxy goes with the nodes' Kubernetes, which is ${kubernetes}. Name a build of it.`,
          };
}

/** Whether a version such as `1.36` is the same as the other or newer. */
export function isAtLeast(version: string, other: string): boolean {
    const [[major = 0, minor = 0], [otherMajor = 0, otherMinor = 0]] = [version, other].map((text) =>
        text.split(".").map(Number),
    ) as [number[], number[]];
    return major > otherMajor || (major === otherMajor && minor >= otherMinor);
}
