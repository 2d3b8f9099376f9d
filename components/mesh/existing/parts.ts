import { type ExistingPrometheus } from "../connections/workloads.ts";

/** Who looks after an object that the stack did not make. */
export interface Owner {
    /** Such as `the Helm release cert-manager in namespace certs`, or `plain manifests, applied by kubectl`. */
    readonly text: string;
}

/** A controller that somebody else runs in the cluster. */
export interface ForeignController {
    readonly namespace: string;
    readonly owner: Owner;
    /** Such as `v1.21.2`. Undefined where its labels do not say. */
    readonly version: string | undefined;
    /** What its main container is started with. */
    readonly args: readonly string[];
    /** Whether one of its pods is ready. */
    readonly available: boolean;
}

/** Definitions that somebody else put into the cluster. */
export interface ForeignDefinitions {
    readonly owner: Owner;
    /** Such as `v1.5.1`. Undefined where they do not say. */
    readonly version: string | undefined;
    /** The names of all of them. */
    readonly names: readonly string[];
}

/** What is in a cluster under the names that a stack gives for a Prometheus. */
export interface FoundPrometheus {
    /** The ports of its Service. Undefined where there is no such Service. */
    readonly ports: readonly number[] | undefined;
    readonly pods: readonly {
        readonly serviceAccount: string;
        readonly ready: boolean;
        /** Whether it has a proxy, or is to have one when it starts anew. */
        readonly meshed: boolean;
    }[];
}

/** What somebody else already put into a cluster, of what the stack would put there. */
export interface ForeignParts {
    readonly certManager?: ForeignController | undefined;
    readonly trustManager?: ForeignController | undefined;
    readonly linkerd?: ForeignController | undefined;
    readonly gatewayApi?: ForeignDefinitions | undefined;
    readonly envoyGateway?: ForeignDefinitions | undefined;
    /** The names of cluster issuers that the stack did not make. */
    readonly clusterIssuers: readonly string[];
    /** What whoever deploys may not do beside the parts that are to be used, such as `create secrets in namespace certs`. */
    readonly forbidden: readonly string[];
    /** What is where a stack says that a Prometheus is. Undefined where it says nothing of one. */
    readonly prometheus?: FoundPrometheus | undefined;
    /** Definitions that no controller of theirs goes with, by the name of the part. */
    readonly leftOver: Readonly<Record<string, ForeignDefinitions>>;
}

/** What a stack says is there already, and is to be used. */
export interface ExistingParts {
    readonly certManager?: { readonly namespace: string } | undefined;
    /** Its trust namespace: the one whose ConfigMaps may become a source of trust. */
    readonly trustManager?: { readonly namespace: string } | undefined;
    readonly gatewayApi: boolean;
    /** Whether the stack brings an entrance, with Envoy Gateway and its definitions. Defaults to none. */
    readonly entrance?: boolean;
    readonly prometheus?: ExistingPrometheus | undefined;
}
