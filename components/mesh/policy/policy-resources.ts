import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { type NetworkPolicy } from "./objects/network-policy.ts";
import { type PolicyObject } from "./objects/policy-object.ts";

/** What a kind is called in the name of its resource. */
const suffixes: Readonly<Record<string, string>> = {
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

/** Makes the policies of these namespaces. */
export function policyResources(
    name: string,
    { namespaces, objects }: { readonly namespaces: readonly string[]; readonly objects: readonly PolicyObject[] },
    opts: pulumi.ResourceOptions,
): void {
    const ours = new Set(namespaces);
    for (const object of objects.filter(({ metadata }) => ours.has(metadata.namespace))) {
        const { kind, metadata } = object;
        const resource = `${name}-${metadata.namespace}-${suffixes[kind] ?? kind.toLowerCase()}-${metadata.name}`;
        if (isNetworkPolicy(object)) {
            new k8s.networking.v1.NetworkPolicy(resource, { metadata, spec: object.spec as never }, opts);
        } else {
            new k8s.apiextensions.CustomResource(resource, object, opts);
        }
    }
}

function isNetworkPolicy(object: PolicyObject): object is NetworkPolicy {
    return object.kind === "NetworkPolicy";
}
