import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type PolicyObject } from "./objects/policy-object.ts";

export interface MeshPolicyArgs {
    /** The namespace, which must be there. Plain, because it decides which resources exist. */
    namespace: string;

    /** The policies of all namespaces, of which those of this one are made. Plain, because they are resources. */
    objects: readonly PolicyObject[];
}

/**
 * Who may call the pods of one namespace, and whom they may call. It must be there before the first of them. Where the
 * namespace has pods with proxies, the mesh must be there before, which checks each policy.
 */
export class MeshPolicy extends pulumi.ComponentResource {
    constructor(name: string, args: MeshPolicyArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:MeshPolicy", name, {}, opts);

        for (const object of args.objects.filter(({ metadata }) => metadata.namespace === args.namespace)) {
            const suffix = `${resourceSuffixes[object.kind] ?? object.kind.toLowerCase()}-${object.metadata.name}`;
            new k8s.apiextensions.CustomResource(`${name}-${suffix}`, object, { parent: this });
        }

        this.registerOutputs({});
    }
}

/** What a kind is called in the name of its resource. */
const resourceSuffixes: Readonly<Record<string, string>> = {
    Server: "server",
    HTTPRoute: "route",
    MeshTLSAuthentication: "identities",
    NetworkAuthentication: "addresses",
    AuthorizationPolicy: "policy",
    EgressNetwork: "egress",
    TLSRoute: "tls-route",
    TCPRoute: "tcp-route",
    NetworkPolicy: "network",
};
