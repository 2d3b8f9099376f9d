import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** Where the catalog is. Every pod of it has a proxy, and takes nothing that no policy names. */
export class CatalogNamespace extends pulumi.ComponentResource {
    /** The namespace's name. Resolves only once it is there. */
    public readonly namespace: pulumi.Output<string>;

    constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
        super("catalog:index:CatalogNamespace", name, {}, opts);

        const namespace = new k8s.core.v1.Namespace(
            `${name}-namespace`,
            {
                metadata: {
                    name: "catalog",
                    annotations: {
                        "linkerd.io/inject": "enabled",
                        "config.linkerd.io/default-inbound-policy": "deny",
                    },
                },
            },
            { parent: this },
        );

        this.namespace = namespace.metadata.name;

        this.registerOutputs({ namespace: this.namespace });
    }
}
