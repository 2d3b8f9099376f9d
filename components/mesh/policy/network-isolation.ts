import * as pulumi from "@pulumi/pulumi";

import { type PolicyObject } from "./objects/policy-object.ts";
import { policyResources } from "./policy-resources.ts";

export interface NetworkIsolationArgs {
    /** Namespaces, which must be there. Plain, because they decide which resources exist. */
    namespaces: readonly string[];

    /** The policies of all namespaces, of which those of these are made. Plain, because they are resources. */
    objects: readonly PolicyObject[];
}

/**
 * Who may call the pods of namespaces that are there before the mesh is, and whom they may call: NetworkPolicies alone,
 * which need no mesh. It must be there before the first of those pods.
 */
export class NetworkIsolation extends pulumi.ComponentResource {
    constructor(name: string, args: NetworkIsolationArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:NetworkIsolation", name, {}, opts);

        const early = args.objects.filter(({ metadata }) => args.namespaces.includes(metadata.namespace));
        const late = early.find(({ kind }) => kind !== "NetworkPolicy");
        if (late !== undefined) {
            throw new pulumi.ResourceError(
                `${late.kind} ${late.metadata.namespace}/${late.metadata.name} needs the mesh, and the namespace is there ` +
                    `before it. Let MeshPolicy make it.`,
                this,
            );
        }

        policyResources(name, args, { parent: this });

        this.registerOutputs({});
    }
}
