import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { controlPlaneLabels, linkerdNamespace, vizNamespace } from "./names.ts";

/**
 * The namespaces of Linkerd, which must exist with their labels before the certificates that go into them and before
 * trust-manager writes the trust roots. Linkerd's charts neither make nor label them.
 */
export class MeshNamespaces extends pulumi.ComponentResource {
    constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:MeshNamespaces", name, {}, opts);

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
                },
            },
            { parent: this },
        );

        this.registerOutputs({});
    }
}
