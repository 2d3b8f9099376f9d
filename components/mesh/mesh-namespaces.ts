import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { certManagerNamespace, controlPlaneLabels, linkerdNamespace, ownLabels, vizNamespace } from "./names.ts";
import { type PolicyMode } from "./policy/objects/server.ts";
import { inboundPolicy } from "./policy/inbound-policy.ts";

export interface MeshNamespacesArgs {
    /** What becomes of a call that nothing allows. */
    policy: PolicyMode;

    /** Where a Prometheus of somebody else's is asked, which Linkerd's own command reads from there. Defaults to none. */
    prometheusUrl?: string | undefined;

    /** Whether cert-manager is somebody else's, and so is its namespace. Plain, because it decides which exist. Defaults to false. */
    existingCertManager?: boolean;
}

/**
 * The namespaces of Linkerd and of a cert-manager of the stack's own, which must exist with their labels before the
 * certificates and policies that go into them and before trust-manager writes the trust roots. No chart makes or labels
 * them.
 */
export class MeshNamespaces extends pulumi.ComponentResource {
    constructor(name: string, args: MeshNamespacesArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:MeshNamespaces", name, {}, opts);

        if (args.existingCertManager !== true) {
            new k8s.core.v1.Namespace(
                `${name}-cert-manager`,
                {
                    // Of a namespace without labels of ours, the API server would not record that Pulumi made it.
                    metadata: { name: certManagerNamespace, labels: ownLabels },
                },
                // Once a child of CertManager: replaced, it would take every certificate along.
                {
                    parent: this,
                    aliases: [
                        {
                            name: "cert-manager-namespace",
                            parent: pulumi.createUrn("cert-manager", "airflow-linkerd:index:CertManager"),
                        },
                    ],
                },
            );
        }

        new k8s.core.v1.Namespace(
            `${name}-linkerd`,
            {
                metadata: {
                    name: linkerdNamespace,
                    labels: {
                        ...controlPlaneLabels,
                        "linkerd.io/control-plane-ns": linkerdNamespace,
                        // The webhooks may not be asked about the pods that answer for them.
                        "config.linkerd.io/admission-webhooks": "disabled",
                        // linkerd-init sets up the pod's network.
                        "pod-security.kubernetes.io/enforce": "privileged",
                    },
                    annotations: { "linkerd.io/inject": "disabled" },
                },
            },
            { parent: this },
        );

        new k8s.core.v1.Namespace(
            `${name}-viz`,
            {
                metadata: {
                    name: vizNamespace,
                    labels: { "linkerd.io/extension": "viz", "pod-security.kubernetes.io/enforce": "privileged" },
                    annotations: {
                        ...inboundPolicy(args.policy),
                        ...(args.prometheusUrl === undefined
                            ? {}
                            : { "viz.linkerd.io/external-prometheus": args.prometheusUrl }),
                    },
                },
            },
            { parent: this },
        );

        this.registerOutputs({});
    }
}
