import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { namespaceName } from "./names.ts";

export interface AirflowNamespaceArgs {
    /** What Linkerd's proxies must be told of calls that no policy names. Fixed in a pod when it is made. */
    inboundPolicy: Readonly<Record<string, string>>;
}

/**
 * The namespace of Airflow, in which no pod takes a plaintext connection. Apart from Airflow, because what other rooms
 * put into it must be there before Airflow starts. The mesh must be there before: a pod that starts earlier has no proxy.
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
            // Once a child of Airflow: replaced, it would take everything in it along.
            { parent: this, aliases: [{ parent: pulumi.createUrn(name, "airflow-linkerd:index:Airflow") }] },
        );

        this.namespace = namespace.metadata.name;

        this.registerOutputs({ namespace: this.namespace });
    }
}
