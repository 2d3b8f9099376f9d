import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { entranceNamespace } from "./names.ts";

export interface EntranceNamespaceArgs {
    /** Plain, because policies are made for it by name. Defaults to the entrance's own. */
    objectName?: string;

    /** What Linkerd's proxies must be told of calls that no policy names. Fixed in a pod when it is made. */
    inboundPolicy: Readonly<Record<string, string>>;
}

/**
 * A namespace of the entrance's, whose pods are all meshed. A component of its own, because its policies must be there
 * before its pods. Depends on the mesh: a pod that starts before the injector has no proxy.
 */
export class EntranceNamespace extends pulumi.ComponentResource {
    /** The namespace's name. Resolves only once it is there. */
    public readonly namespace: pulumi.Output<string>;

    constructor(name: string, args: EntranceNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:EntranceNamespace", name, {}, opts);

        const namespace = new k8s.core.v1.Namespace(
            `${name}-namespace`,
            {
                metadata: {
                    name: args.objectName ?? entranceNamespace,
                    annotations: { "linkerd.io/inject": "enabled", ...args.inboundPolicy },
                },
            },
            { parent: this },
        );

        this.namespace = namespace.metadata.name;

        this.registerOutputs({ namespace: this.namespace });
    }
}
