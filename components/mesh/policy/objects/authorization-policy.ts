import { type NetworkAuthentication, type MeshTlsAuthentication } from "./authentication.ts";
import { type HttpRoute } from "./http-route.ts";
import { because, linkerdGroup, type PolicyObject } from "./policy-object.ts";
import { type Server } from "./server.ts";

/**
 * What lets callers in. One authentication exactly: an empty list would let in everybody, and of several all would have
 * to hold. Its target is never a namespace, which would open every port there.
 */
export type AuthorizationPolicy = PolicyObject<
    "AuthorizationPolicy",
    {
        readonly targetRef: {
            readonly group: typeof linkerdGroup;
            readonly kind: "Server" | "HTTPRoute";
            readonly name: string;
        };
        readonly requiredAuthenticationRefs: readonly [
            {
                readonly group: typeof linkerdGroup;
                readonly kind: "MeshTLSAuthentication" | "NetworkAuthentication";
                readonly name: string;
            },
        ];
    }
>;

export function authorizationPolicy(
    target: Server | HttpRoute,
    authentication: MeshTlsAuthentication | NetworkAuthentication,
    reason: string,
): AuthorizationPolicy {
    const { name, namespace } = authentication.metadata;
    return {
        apiVersion: `${linkerdGroup}/v1alpha1`,
        kind: "AuthorizationPolicy",
        metadata: { name, namespace, annotations: because(reason) },
        spec: {
            targetRef: { group: linkerdGroup, kind: target.kind, name: target.metadata.name },
            requiredAuthenticationRefs: [{ group: linkerdGroup, kind: authentication.kind, name }],
        },
    };
}
