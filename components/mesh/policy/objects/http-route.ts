import { type NonEmpty, type Port, type Requests, type Workload } from "../../../connection.ts";
import { policyName } from "./policy-name.ts";
import { linkerdGroup, type PolicyObject } from "./policy-object.ts";
import { serverName } from "./server.ts";

export interface RouteMatch {
    readonly path: { readonly type: "Exact" | "PathPrefix"; readonly value: string };
    readonly method?: string;
}

/** Requests to a Server. It changes none: what is let through arrives as it was sent. */
export type HttpRoute = PolicyObject<
    "HTTPRoute",
    {
        readonly parentRefs: readonly [
            { readonly group: typeof linkerdGroup; readonly kind: "Server"; readonly name: string },
        ];
        readonly rules: readonly { readonly matches: readonly RouteMatch[] }[];
    }
>;

/** Kubernetes takes no more matches than these in a rule of a route. */
const mostMatches = 8;

export function httpRoute(name: string, to: Workload, port: Port, only: NonEmpty<Requests>): HttpRoute {
    const matches = only.flatMap(routeMatches);
    const rules = [];
    for (let first = 0; first < matches.length; first += mostMatches) {
        rules.push({ matches: matches.slice(first, first + mostMatches) });
    }
    return {
        apiVersion: `${linkerdGroup}/v1beta3`,
        kind: "HTTPRoute",
        metadata: { name: policyName(to.name, port.number, name), namespace: to.namespace },
        spec: { parentRefs: [{ group: linkerdGroup, kind: "Server", name: serverName(to, port) }], rules },
    };
}

function routeMatches({ methods, path }: Requests): RouteMatch[] {
    const at: RouteMatch["path"] =
        "exact" in path ? { type: "Exact", value: path.exact } : { type: "PathPrefix", value: path.below };
    return methods === undefined ? [{ path: at }] : methods.map((method) => ({ path: at, method }));
}
