import { BlockList, isIPv6 } from "node:net";

import { type PolicyObject } from "../../../components/mesh/policy/objects/policy-object.ts";

/** A pod with a proxy, as far as Linkerd's policies look at it. */
export interface MeshedPod {
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    /** Names of its containers' ports, by number. */
    readonly portNames?: Readonly<Record<number, string>>;
    /** What its namespace or itself was annotated with when it was made. */
    readonly defaultPolicy: "deny" | "audit" | "all-unauthenticated" | "all-authenticated";
    /** What its containers' httpGet probes ask, which Linkerd lets through by itself as long as a Server has no route. */
    readonly probes?: readonly { readonly port: number; readonly path: string }[];
}

/** One call as the pod's proxy sees it. */
export interface Call {
    /** Undefined is a caller without a proxy. */
    readonly identity: { readonly namespace: string; readonly serviceAccount: string } | undefined;
    readonly address: string;
    readonly pod: MeshedPod;
    readonly port: number;
    /** Undefined where the port does not speak HTTP. */
    readonly request?: { readonly method: string; readonly path: string };
    /** Whether the Service that it went through names the port. Defaults to true. */
    readonly declared?: boolean;
}

interface Made extends PolicyObject {
    /** The older of two Servers counts. Objects of one list are all as old. */
    readonly age?: number;
    // Objects are looked into as they would be applied, whoever wrote them.
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    readonly spec: any;
}

export type Decision = { readonly allowed: boolean; readonly because: string };

/**
 * Whether a proxy lets a call in, by the objects of the cluster and nothing else: Linkerd's own rules, as they were seen
 * with its policy controller and proxy of August 2026, in so far as our objects and its charts' use them.
 */
export function meshDecision(objects: readonly PolicyObject[], call: Call): Decision {
    const made = objects as readonly Made[];
    if (call.declared === false) {
        return { allowed: false, because: "the Service does not name the port" };
    }
    const server = serverOf(made, call);
    if (server === undefined) {
        return byDefault(call, call.pod.defaultPolicy, "no Server");
    }
    const routes = made.filter(
        ({ kind, metadata, spec }) =>
            kind === "HTTPRoute" &&
            metadata.namespace === server.metadata.namespace &&
            spec.parentRefs.some((ref: Ref) => ref.kind === "Server" && ref.name === server.metadata.name),
    );
    const onServer = policiesOn(made, server);
    if (routes.length === 0) {
        if (isProbe(call)) {
            return { allowed: true, because: "a probe of a Server without routes" };
        }
        return admitted(made, onServer, call) ?? byDefault(call, server.spec.accessPolicy ?? "deny", "no policy");
    }
    if (call.request === undefined) {
        return { allowed: false, because: "the Server's routes want HTTP" };
    }
    const route = mostSpecific(routes, call.request);
    if (route === undefined) {
        return { allowed: false, because: "no route" };
    }
    const policies = [...policiesOn(made, route), ...onServer];
    return admitted(made, policies, call) ?? byDefault(call, server.spec.accessPolicy ?? "deny", "no policy");
}

interface Ref {
    readonly group?: string;
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
}

function serverOf(objects: readonly Made[], { pod, port }: Call): Made | undefined {
    return objects
        .filter(
            ({ kind, metadata, spec }) =>
                kind === "Server" &&
                metadata.namespace === pod.namespace &&
                selects(spec.podSelector, pod.labels) &&
                (spec.port === port || (typeof spec.port === "string" && spec.port === pod.portNames?.[port])),
        )
        .toSorted((a, b) => (a.age ?? 0) - (b.age ?? 0) || (a.metadata.name < b.metadata.name ? -1 : 1))[0];
}

function policiesOn(objects: readonly Made[], target: Made): Made[] {
    return objects.filter(({ kind, metadata, spec }) => {
        if (kind !== "AuthorizationPolicy" || metadata.namespace !== target.metadata.namespace) {
            return false;
        }
        const { kind: to, name } = spec.targetRef as Ref;
        return (
            (to === target.kind && name === target.metadata.name) || (to === "Namespace" && name === metadata.namespace)
        );
    });
}

function admitted(objects: readonly Made[], policies: readonly Made[], call: Call): Decision | undefined {
    const policy = policies.find(({ metadata, spec }) =>
        (spec.requiredAuthenticationRefs as Ref[]).every((ref) =>
            authenticated(objects, ref, metadata.namespace, call),
        ),
    );
    return policy && { allowed: true, because: `AuthorizationPolicy ${policy.metadata.name}` };
}

function authenticated(objects: readonly Made[], ref: Ref, own: string, call: Call): boolean {
    const namespace = ref.namespace ?? own;
    if (ref.kind === "ServiceAccount") {
        return call.identity?.namespace === namespace && call.identity.serviceAccount === ref.name;
    }
    const found = objects.find(
        ({ kind, metadata }) => kind === ref.kind && metadata.name === ref.name && metadata.namespace === namespace,
    );
    if (found === undefined) {
        return false;
    }
    if (found.kind === "NetworkAuthentication") {
        return (found.spec.networks as Network[]).some((network) => isWithin(call.address, network));
    }
    return (found.spec.identityRefs as Ref[]).some((each) =>
        each.kind === "Namespace"
            ? call.identity?.namespace === each.name
            : call.identity?.namespace === (each.namespace ?? namespace) && call.identity.serviceAccount === each.name,
    );
}

function byDefault(call: Call, policy: string, because: string): Decision {
    switch (policy) {
        case "audit":
            return { allowed: true, because: `${because}, and audit` };
        case "all-unauthenticated":
            return { allowed: true, because: `${because}, and everybody may` };
        case "all-authenticated":
            return { allowed: call.identity !== undefined || isProbe(call), because: `${because}, and identities may` };
        default:
            return { allowed: because === "no Server" && isProbe(call), because: `${because}, and deny` };
    }
}

function isProbe({ pod, port, request }: Call): boolean {
    const probes = pod.probes ?? [];
    return request?.method === "GET" && probes.some((probe) => probe.port === port && probe.path === request.path);
}

/** What matches more of the path, exact or not; then a method before none; then the first by name. */
function mostSpecific(routes: readonly Made[], request: { method: string; path: string }): Made | undefined {
    const ranked = routes.flatMap((route) =>
        (route.spec.rules as { matches: Match[] }[])
            .flatMap(({ matches }) => matches)
            .filter((match) => matchesRequest(match, request))
            .map(({ path, method }) => ({
                route,
                rank: [path.value === "/" ? 1 : withoutSlash(path).length, method === undefined ? 0 : 1],
            })),
    );
    return ranked.toSorted(
        (a, b) =>
            (b.rank[0] ?? 0) - (a.rank[0] ?? 0) ||
            (b.rank[1] ?? 0) - (a.rank[1] ?? 0) ||
            (a.route.metadata.name < b.route.metadata.name ? -1 : 1),
    )[0]?.route;
}

interface Match {
    readonly path: { readonly type: string; readonly value: string };
    readonly method?: string;
}

/** A prefix ends at a slash: `/execution/` takes `/execution` and `/execution/x`, and not `/executions`. */
function matchesRequest({ path, method }: Match, request: { method: string; path: string }): boolean {
    if (method !== undefined && method !== request.method) {
        return false;
    }
    if (path.type === "Exact") {
        return path.value === request.path;
    }
    const prefix = withoutSlash(path);
    return request.path === prefix || request.path.startsWith(`${prefix}/`);
}

function withoutSlash({ type, value }: Match["path"]): string {
    return type === "Exact" ? value : value.replace(/\/+$/, "");
}

interface Network {
    readonly cidr: string;
    readonly except?: readonly string[];
}

/** Whether an address lies in a range and in none of its exceptions. */
export function isWithin(address: string, { cidr, except }: Network): boolean {
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    // A range of IPv6 would else be asked about the IPv4 address that one of its own stands for.
    const inside = (range: string): boolean =>
        range.includes(":") === isIPv6(address) && rangeOf(range).check(address, family);
    return inside(cidr) && !(except ?? []).some(inside);
}

const ranges = new Map<string, BlockList>();

function rangeOf(cidr: string): BlockList {
    const known = ranges.get(cidr);
    if (known !== undefined) {
        return known;
    }
    const [network = "", bits] = cidr.split("/");
    const range = new BlockList();
    range.addSubnet(network, Number(bits), isIPv6(network) ? "ipv6" : "ipv4");
    ranges.set(cidr, range);
    return range;
}

/** Whether labels are those that a selector wants. An empty one wants none. */
export function selects(
    selector: { readonly matchLabels?: Readonly<Record<string, string>> } | undefined,
    labels: Readonly<Record<string, string>>,
): boolean {
    return Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
}
