import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { namespaceName } from "./names.ts";

export interface AirflowNamespaceArgs {
    /** What Linkerd's proxies must be told of calls that no policy names. Fixed in a pod when it is made. */
    inboundPolicy: Readonly<Record<string, string>>;
}

/**
 * The namespace of Airflow, in which no pod accepts a plaintext connection. A component of its own, because other rooms
 * put objects into it before Airflow starts. Depends on the mesh: a pod that starts before the injector has no proxy.
 */
export class AirflowNamespace extends pulumi.ComponentResource {
    /** The namespace's name. Resolves only once it is there. */
    public readonly namespace: pulumi.Output<string>;

    constructor(name: string, args: AirflowNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:AirflowNamespace", name, {}, opts);

        const namespace = new k8s.core.v1.Namespace(
            `${name}-namespace`,
            {
                metadata: {
                    name: namespaceName,
                    annotations: { "linkerd.io/inject": "enabled", ...args.inboundPolicy },
                },
            },
            // It was a child of Airflow before. Without the alias Pulumi would replace it, with everything in it.
            { parent: this, aliases: [{ parent: pulumi.createUrn(name, "airflow-linkerd:index:Airflow") }] },
        );

        this.namespace = namespace.metadata.name;

        this.registerOutputs({ namespace: this.namespace });
    }
}
