import { isAtLeast, oldestKubernetesVersion } from "./nodes/versions.ts";

/** How workloads get AWS credentials. */
export const CredentialBinding = {
    /** EKS Pod Identity: an association in EKS, and an agent on each node. */
    podIdentity: "pod-identity",
    /** IAM roles for service accounts: tokens that the cluster's OIDC provider signs. */
    irsa: "irsa",
} as const;
export type CredentialBinding = (typeof CredentialBinding)[keyof typeof CredentialBinding];

/** What AWS says about a cluster. */
export interface ExistingClusterFacts {
    readonly status: string;
    readonly version: string;
    /** `API`, `API_AND_CONFIG_MAP` or `CONFIG_MAP`. */
    readonly authenticationMode: string;
    readonly autoMode: boolean;
    readonly issuer: string;
    readonly oidcProviderArn: string | undefined;
    /**
     * The configuration of the add-on vpc-cni as JSON, empty for none. Undefined if the cluster does not have the
     * add-on.
     */
    readonly vpcCniSettings: string | undefined;
    readonly podIdentityAgent: boolean;
}

export interface ExistingClusterNeeds {
    readonly clusterName: string;
    readonly bindings: readonly CredentialBinding[];
    /** What enforces NetworkPolicy, if not the add-on vpc-cni. */
    readonly networkPolicyEnforcedBy?: string;
}

/** Everything that prevents the platform from working on an existing cluster, each with the way out. */
export function existingClusterProblems(
    facts: ExistingClusterFacts | undefined,
    needs: ExistingClusterNeeds,
): string[] {
    const { clusterName, bindings, networkPolicyEnforcedBy } = needs;
    if (facts === undefined) {
        return [`name is "${clusterName}": there is no such EKS cluster in this region and account. Correct it.`];
    }
    const problems: string[] = [];
    if (facts.status !== "ACTIVE") {
        problems.push(`its status is ${facts.status}, and it must be ACTIVE. Wait, or see to it.`);
    }
    if (!isAtLeast(facts.version, oldestKubernetesVersion)) {
        problems.push(
            `its version is ${facts.version}, and native sidecars and Gateway API need ${oldestKubernetesVersion}. Upgrade it.`,
        );
    }
    if (facts.authenticationMode === "CONFIG_MAP") {
        problems.push(
            "its authentication mode is CONFIG_MAP, and access is given by entries. Change it to API_AND_CONFIG_MAP, " +
                "which EKS does in place.",
        );
    }
    if (networkPolicyEnforcedBy === undefined) {
        const rule = networkPolicyProblem(facts);
        if (rule !== undefined) {
            problems.push(`${rule}, or say what enforces it in networkPolicyEnforcedBy.`);
        }
    }
    if (bindings.includes(CredentialBinding.podIdentity) && !facts.autoMode && !facts.podIdentityAgent) {
        problems.push(
            "it has no add-on eks-pod-identity-agent, from which pods get credentials. Add it, or bind roles by irsa.",
        );
    }
    if (bindings.includes(CredentialBinding.irsa) && facts.oidcProviderArn === undefined) {
        problems.push(
            `IAM has no OIDC provider for ${facts.issuer}, which vouches for pods. Make one, or bind roles by pod-identity.`,
        );
    }
    return problems;
}

function networkPolicyProblem({ autoMode, vpcCniSettings }: ExistingClusterFacts): string | undefined {
    if (autoMode) {
        return (
            "Auto Mode enforces NetworkPolicy only with the ConfigMap kube-system/amazon-vpc-cni, which AWS's API does " +
            "not show. See that it is there and say so"
        );
    }
    if (vpcCniSettings === undefined) {
        return "it has no add-on vpc-cni, so nothing is known to enforce NetworkPolicy. Add it with enableNetworkPolicy";
    }
    return enforces(vpcCniSettings)
        ? undefined
        : "its add-on vpc-cni does not enforce NetworkPolicy. Set enableNetworkPolicy in its configuration";
}

function enforces(settings: string): boolean {
    // The setting is text in the add-on's schema, but a boolean is common too.
    return /"?enableNetworkPolicy"?\s*:\s*"?true\b/.test(settings);
}
