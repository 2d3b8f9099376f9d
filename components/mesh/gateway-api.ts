import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type ManifestObject } from "../manifest.ts";

export interface GatewayApiArgs {
    /** The objects of the release's manifest. Plain, because they decide which resources exist. */
    manifest: readonly ManifestObject[];
}

/**
 * Gateway API's custom resource definitions. Linkerd skips the kinds that are missing when it starts, so they come
 * first. On a cluster where somebody else already put them the creation fails, rather than taking them over; what a
 * destroy deletes is therefore always our own.
 */
export class GatewayApi extends pulumi.ComponentResource {
    constructor(name: string, args: GatewayApiArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:GatewayApi", name, {}, opts);

        for (const object of args.manifest) {
            // A definition's name is unique and says what it is; a few other objects share a name across kinds.
            const suffix = object.kind === "CustomResourceDefinition" ? "" : `-${object.kind.toLowerCase()}`;
            new k8s.apiextensions.CustomResource(`${name}-${object.metadata.name}${suffix}`, object, { parent: this });
        }

        this.registerOutputs({});
    }
}
