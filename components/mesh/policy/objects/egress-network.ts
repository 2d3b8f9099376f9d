import { type NonEmpty } from "../../../connection.ts";
import { policyName } from "./policy-name.ts";
import { because, linkerdGroup, type PolicyObject } from "./policy-object.ts";
import { PolicyMode } from "./server.ts";

/** What a namespace's meshed pods call outside of the cluster. */
export type EgressNetwork = PolicyObject<
    "EgressNetwork",
    {
        readonly trafficPolicy: "Allow" | "Deny";
        readonly networks: NonEmpty<{ readonly cidr: string; readonly except?: readonly string[] }>;
    }
>;

/** Servers by the name in TLS's greeting. A Host header can say what it likes, so plain HTTP has no route at all. */
export type TlsRoute = PolicyObject<
    "TLSRoute",
    {
        readonly parentRefs: readonly [EgressRef & { readonly port: number }];
        readonly hostnames: NonEmpty<string>;
        readonly rules: readonly [{ readonly backendRefs: readonly [EgressRef] }];
    }
>;

/** Any server on a port: for protocols that do not say whom they call. */
export type TcpRoute = PolicyObject<
    "TCPRoute",
    {
        readonly parentRefs: readonly [EgressRef & { readonly port: number }];
        readonly rules: readonly [{ readonly backendRefs: readonly [EgressRef] }];
    }
>;

interface EgressRef {
    readonly group: typeof linkerdGroup;
    readonly kind: "EgressNetwork";
    readonly name: string;
}

/** The one that stands for everything outside of the cluster. */
export const outside = "outside";

/** Linkerd reads Gateway API's routes only in this version. */
const routes = "gateway.networking.k8s.io/v1alpha2";

/** All that is not the cluster's own: it goes nowhere, but where a route leads. */
export function outsideNetwork(namespace: string, clusterCidrs: readonly string[], mode: PolicyMode): EgressNetwork {
    const everywhere = (family: string, cidr: string) => {
        const except = clusterCidrs.filter((own) => own.includes(family));
        return except.length === 0 ? { cidr } : { cidr, except };
    };
    return {
        apiVersion: `${linkerdGroup}/v1alpha1`,
        kind: "EgressNetwork",
        metadata: { name: outside, namespace },
        spec: {
            trafficPolicy: mode === PolicyMode.audit ? "Allow" : "Deny",
            networks: [everywhere(".", "0.0.0.0/0"), everywhere(":", "::/0")],
        },
    };
}

/** Addresses within it that may be called: the narrower network wins. */
export function openNetwork(
    { name, namespace, reason }: Omit<WayOut, "port">,
    [first, ...rest]: NonEmpty<string>,
): EgressNetwork {
    return {
        apiVersion: `${linkerdGroup}/v1alpha1`,
        kind: "EgressNetwork",
        metadata: { name: policyName(outside, name), namespace, annotations: because(reason) },
        spec: { trafficPolicy: "Allow", networks: [{ cidr: first }, ...rest.map((cidr) => ({ cidr }))] },
    };
}

/** A route that leads out, with the reason on it. */
export interface WayOut {
    readonly name: string;
    readonly namespace: string;
    readonly port: number;
    readonly reason: string;
}

/** Kubernetes takes no more host names than these in one route. */
const mostHosts = 16;

export function tlsRoutes({ name, namespace, port, reason }: WayOut, hosts: NonEmpty<string>): TlsRoute[] {
    const made: TlsRoute[] = [];
    for (let rest: readonly string[] = hosts; isNotEmpty(rest); rest = rest.slice(mostHosts)) {
        const [first, ...others] = rest;
        const suffix = made.length === 0 ? [] : [made.length + 1];
        made.push({
            apiVersion: routes,
            kind: "TLSRoute",
            metadata: { name: policyName(outside, name, ...suffix), namespace, annotations: because(reason) },
            spec: {
                parentRefs: [{ ...toOutside, port }],
                hostnames: [first, ...others.slice(0, mostHosts - 1)],
                rules: [{ backendRefs: [toOutside] }],
            },
        });
    }
    return made;
}

export function tcpRoute({ name, namespace, port, reason }: WayOut): TcpRoute {
    return {
        apiVersion: routes,
        kind: "TCPRoute",
        metadata: { name: policyName(outside, name), namespace, annotations: because(reason) },
        spec: { parentRefs: [{ ...toOutside, port }], rules: [{ backendRefs: [toOutside] }] },
    };
}

const toOutside: EgressRef = { group: linkerdGroup, kind: "EgressNetwork", name: outside };

function isNotEmpty<T>(list: readonly T[]): list is NonEmpty<T> {
    return list.length > 0;
}
