import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type ManifestObject } from "../manifest.ts";

export interface EntranceDefinitionsArgs {
    /** The objects of the release's manifest. Plain, because they decide which resources exist. */
    manifest: readonly ManifestObject[];
}

/**
 * Envoy Gateway's custom resource definitions. They are objects of the stack, since a Helm release of them is larger than
 * the Secret that Helm keeps it in may be. Gateway API's must be there as well. On a cluster where somebody else already
 * put them the creation fails, rather than taking them over.
 */
export class EntranceDefinitions extends pulumi.ComponentResource {
    constructor(name: string, args: EntranceDefinitionsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:EntranceDefinitions", name, {}, opts);

        for (const object of args.manifest) {
            new k8s.apiextensions.CustomResource(`${name}-${object.metadata.name}`, object, { parent: this });
        }

        this.registerOutputs({});
    }
}
