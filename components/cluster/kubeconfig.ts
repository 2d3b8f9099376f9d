export interface KubeconfigFacts {
    readonly clusterName: string;
    readonly region: string;
    readonly endpoint: string;
    /** The authority that signed the API server's certificate, as PEM in base64. */
    readonly certificateAuthority: string;
}

/**
 * A kubeconfig without credentials: it runs the AWS CLI, which gets a token for the identity of whoever uses it. So it
 * is no secret, and a preview shows its changes.
 */
export function execKubeconfig({ clusterName, region, endpoint, certificateAuthority }: KubeconfigFacts): string {
    return JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        "current-context": clusterName,
        contexts: [{ name: clusterName, context: { cluster: clusterName, user: clusterName } }],
        clusters: [
            { name: clusterName, cluster: { server: endpoint, "certificate-authority-data": certificateAuthority } },
        ],
        users: [
            {
                name: clusterName,
                user: {
                    exec: {
                        apiVersion: "client.authentication.k8s.io/v1beta1",
                        command: "aws",
                        args: [
                            "--region",
                            region,
                            "eks",
                            "get-token",
                            "--cluster-name",
                            clusterName,
                            "--output",
                            "json",
                        ],
                        interactiveMode: "Never",
                    },
                },
            },
        ],
    });
}
