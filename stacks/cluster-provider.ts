import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** The identifier is known before anything runs: else a kubeconfig that changes would be taken for another cluster. */
export function kubernetesProvider(
    clusterIdentifier: string,
    kubeconfig: pulumi.Input<string> | undefined,
    context?: string,
): k8s.Provider {
    return new k8s.Provider("cluster", {
        kubeconfig,
        context,
        clusterIdentifier,
        // A rotated key is written into its Secret; replacing the Secret would for a moment leave none.
        enableSecretMutable: true,
        enableConfigMapMutable: true,
    });
}
