import {
    type Addresses,
    type Caller,
    type Connection,
    type ConnectionTable,
    decidedByRows,
    type Egress,
    type EveryPodOf,
    type NonEmpty,
    type Workload,
} from "../../connection.ts";
import { meshTlsAuthentication, networkAuthentication } from "./objects/authentication.ts";
import { authorizationPolicy } from "./objects/authorization-policy.ts";
import { openNetwork, outsideNetwork, tcpRoute, tlsRoutes } from "./objects/egress-network.ts";
import { httpRoute } from "./objects/http-route.ts";
import { networkPolicies } from "./objects/network-policy.ts";
import { policyName } from "./objects/policy-name.ts";
import { type PolicyObject } from "./objects/policy-object.ts";
import { PolicyMode, server } from "./objects/server.ts";
import { tableProblems } from "./table-problems.ts";

/** What policies depend on besides the rows. */
export interface PolicySettings {
    readonly mode: PolicyMode;
    /** The ranges of the cluster's own addresses: pods, services, nodes and what else is in its network. */
    readonly clusterCidrs: readonly string[];
}

/** Every policy that the rows ask for, and none besides. */
export function policyObjects(table: ConnectionTable, settings: PolicySettings): PolicyObject[] {
    const problems = tableProblems(table);
    if (problems.length > 0) {
        throw new Error(`the connection table cannot be enforced: ${problems.join("; ")}`);
    }
    return [
        ...inboundPolicies(table, settings.mode),
        ...egressPolicies(table, settings),
        // There is no NetworkPolicy that only counts, so an audit has none.
        ...(settings.mode === PolicyMode.audit ? [] : networkPolicies(table, settings.clusterCidrs)),
    ];
}

function inboundPolicies({ connections }: ConnectionTable, mode: PolicyMode): PolicyObject[] {
    const decided = connections.filter(({ to, port }) => decidedByRows(to, port));
    const ports = Map.groupBy(decided, ({ to, port }) => `${to.namespace}/${to.name}:${port.number}`);
    return [...ports.values()].flatMap((rows) => {
        const { to, port } = rows[0] as Connection;
        const at = server(to, port, mode);
        const routed = rows.some(({ only }) => only !== undefined);
        return [
            at,
            ...rows.flatMap((row) => {
                const route = row.only && httpRoute(row.name, to, port, row.only);
                return [...(route ? [route] : []), ...admissions(row, route ?? at)];
            }),
            // What has no route is not found, even where it should only be counted.
            ...(routed && mode === PolicyMode.audit
                ? [httpRoute("anything-else", to, port, [{ path: { below: "/" } }])]
                : []),
        ];
    });
}

/** The ways in to one target: one for all who have an identity, and one for each range of addresses. */
function admissions(
    { name, from, to, port, reason }: Connection,
    target: Parameters<typeof authorizationPolicy>[0],
): PolicyObject[] {
    const admit = (authentication: Parameters<typeof authorizationPolicy>[1]) => [
        authentication,
        authorizationPolicy(target, authentication, reason),
    ];
    const known = from.filter(hasIdentity);
    return [
        ...(isNotEmpty(known)
            ? admit(meshTlsAuthentication(policyName(to.name, port.number, name), to.namespace, known))
            : []),
        ...from
            .filter((caller): caller is Addresses => caller.kind === "addresses")
            .flatMap((caller) =>
                admit(networkAuthentication(policyName(to.name, port.number, name, caller.name), to.namespace, caller)),
            ),
    ];
}

function egressPolicies(table: ConnectionTable, settings: PolicySettings): PolicyObject[] {
    // Linkerd's own are left out: what tells all proxies of policies waits for none.
    const decided = table.connections.filter(({ to, port }) => decidedByRows(to, port)).map(({ to }) => to.namespace);
    const leaving = Map.groupBy(
        table.egress.flatMap((row) =>
            [...new Set(row.from.map((each) => each.namespace))].map((namespace) => ({ namespace, row })),
        ),
        ({ namespace }) => namespace,
    );
    return [...new Set(decided)].flatMap((namespace) => [
        outsideNetwork(namespace, settings.clusterCidrs, settings.mode),
        ...(leaving.get(namespace) ?? []).flatMap(({ row }) => waysOut(row, namespace)),
    ]);
}

function waysOut({ name, to, reason }: Egress, namespace: string): PolicyObject[] {
    if (to.kind === "addresses") {
        return to.outside ? [openNetwork({ name, namespace, reason }, to.cidrs)] : [];
    }
    const way = { name, namespace, reason, port: to.port };
    return to.named ? tlsRoutes(way, to.hosts) : [tcpRoute(way)];
}

function hasIdentity(caller: Caller): caller is Workload | EveryPodOf {
    return caller.kind === "workload" || caller.kind === "namespace";
}

function isNotEmpty<T>(list: readonly T[]): list is NonEmpty<T> {
    return list.length > 0;
}
