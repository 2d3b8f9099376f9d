import * as pulumi from "@pulumi/pulumi";

import { type PolicyObject } from "./objects/policy-object.ts";
import { policyResources } from "./policy-resources.ts";

export interface MeshPolicyArgs {
    /** Namespaces with meshed pods, which must be there. Plain, because they decide which resources exist. */
    namespaces: readonly string[];

    /** The policies of all namespaces, of which those of these are made. Plain, because they are resources. */
    objects: readonly PolicyObject[];
}

/**
 * Who may call the meshed pods of these namespaces, and whom they may call. It must be there before the first of them, and
 * the mesh before it, which checks each policy.
 */
export class MeshPolicy extends pulumi.ComponentResource {
    constructor(name: string, args: MeshPolicyArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:MeshPolicy", name, {}, opts);

        policyResources(name, args, { parent: this });

        this.registerOutputs({});
    }
}
