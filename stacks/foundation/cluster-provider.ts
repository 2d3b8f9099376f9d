import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** The identifier must be known at preview: without one, a changed kubeconfig would count as another cluster. */
export function kubernetesProvider(
    clusterIdentifier: string,
    kubeconfig: pulumi.Input<string> | undefined,
    context?: string,
): k8s.Provider {
    return new k8s.Provider("cluster", {
        kubeconfig,
        context,
        clusterIdentifier,
        // A rotated key is updated in place: replacing its Secret would leave none for a moment.
        enableSecretMutable: true,
        enableConfigMapMutable: true,
    });
}
