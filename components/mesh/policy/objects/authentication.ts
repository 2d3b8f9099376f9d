import { type Addresses, type EveryPodOf, type NonEmpty, type Workload } from "../../../connection.ts";
import { linkerdGroup, type PolicyObject } from "./policy-object.ts";

export interface IdentityRef {
    readonly kind: "ServiceAccount" | "Namespace";
    readonly name: string;
    readonly namespace?: string;
}

/** Callers by their identity in the mesh. Always by reference: a pattern would let in what nobody thought of. */
export type MeshTlsAuthentication = PolicyObject<
    "MeshTLSAuthentication",
    { readonly identityRefs: NonEmpty<IdentityRef> }
>;

/** Callers by their address. */
export type NetworkAuthentication = PolicyObject<
    "NetworkAuthentication",
    { readonly networks: NonEmpty<{ readonly cidr: string }> }
>;

/** Any one of them. */
export function meshTlsAuthentication(
    name: string,
    namespace: string,
    callers: NonEmpty<Workload | EveryPodOf>,
): MeshTlsAuthentication {
    return {
        apiVersion: `${linkerdGroup}/v1alpha1`,
        kind: "MeshTLSAuthentication",
        metadata: { name, namespace },
        spec: { identityRefs: mapped(callers, identityRef) },
    };
}

export function networkAuthentication(name: string, namespace: string, caller: Addresses): NetworkAuthentication {
    return {
        apiVersion: `${linkerdGroup}/v1alpha1`,
        kind: "NetworkAuthentication",
        metadata: { name, namespace },
        spec: { networks: mapped(caller.cidrs, (cidr) => ({ cidr })) },
    };
}

function identityRef(caller: Workload | EveryPodOf): IdentityRef {
    if (caller.kind === "namespace") {
        return { kind: "Namespace", name: caller.namespace };
    }
    if (caller.serviceAccount === undefined) {
        throw new Error(
            `${caller.namespace}/${caller.name} has no service account of its own, so the mesh cannot know it`,
        );
    }
    return { kind: "ServiceAccount", name: caller.serviceAccount, namespace: caller.namespace };
}

/** A map of a list that is not empty is none either, which Array's own type does not say. */
function mapped<From, To>([first, ...rest]: NonEmpty<From>, to: (item: From) => To): NonEmpty<To> {
    return [to(first), ...rest.map(to)];
}
