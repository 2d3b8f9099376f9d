import { apiServer } from "../../../components/airflow/connections/workloads.ts";
import { type Caller, type Connection, type Requests, type Workload } from "../../../components/connection.ts";
import { policyName } from "../../../components/mesh/policy/objects/policy-name.ts";
import { type InboundCall, Outcome } from "./audited-call.ts";
import { type Judgement } from "./finding.ts";
import { type KnownWorkloads, selects, serviceAccountOf } from "./known-workloads.ts";
import { type StackRows } from "../stack-rows.ts";

/** How a row stands to a caller. Of one without an identity the metrics have no address either. */
type Standing = "allows" | "may allow" | "does not name";

/** Whether a row allows what a pod's proxy counted on its way in. */
export function judgeInbound(call: InboundCall, rows: StackRows, known: KnownWorkloads): Judgement {
    const ofPort = rows.table.connections.filter(({ to, port }) => port.number === call.port && selects(to, call.pod));
    const [first] = ofPort;
    const target = known.ofPod(call.pod) ?? first?.to;
    const matched =
        call.route === undefined
            ? ofPort.filter(({ only }) => only === undefined)
            : ofPort.filter(({ to, port, name }) => policyName(to.name, port.number, name) === call.route);
    const standings = matched.map((row) => ({ row, standing: standingOf(row, call.identity) }));
    const allowing = standings.find(({ standing }) => standing === "allows")?.row;
    if (allowing !== undefined && call.outcome === Outcome.letThrough) {
        return "allowed";
    }
    const perhaps = standings.find(({ standing }) => standing === "may allow")?.row;
    // As those of the audit itself, which come through the API server.
    const readsMetrics =
        call.identity === undefined && matched.some(({ to, name }) => to.name === "proxies" && name === "metrics");
    return {
        direction: "in",
        caller: callerName(call.identity, known),
        target: target === undefined ? `${call.pod.namespace}/${call.pod.name}` : workloadName(target),
        port: call.port,
        path: pathOf(call, matched, ofPort),
        outcome: call.outcome,
        certain: perhaps === undefined && !readsMetrics,
        advice: advice(call, {
            target,
            matched,
            ofPort,
            allowing,
            perhaps,
            readsMetrics,
            hasFrontDoor: rows.hasFrontDoor,
            isKnown: call.identity !== undefined && known.underIdentity(call.identity).length > 0,
        }),
    };
}

function standingOf({ from }: Connection, identity: string | undefined): Standing {
    const account = identity === undefined ? undefined : serviceAccountOf(identity);
    const standings = from.map((caller) => standingTo(caller, account));
    return (
        standings.find((each) => each === "allows") ?? standings.find((each) => each === "may allow") ?? "does not name"
    );
}

function standingTo(caller: Caller, account: ReturnType<typeof serviceAccountOf>): Standing {
    switch (caller.kind) {
        case "workload":
            return caller.namespace === account?.namespace && caller.serviceAccount === account.serviceAccount
                ? "allows"
                : "does not name";
        case "namespace":
            return caller.namespace === account?.namespace ? "allows" : "does not name";
        case "addresses":
            return caller.cidrs.some((cidr) => cidr.endsWith("/0")) ? "allows" : "may allow";
        case "cluster":
            return "allows";
    }
}

interface Place {
    readonly target: Workload | undefined;
    /** The rows of the route that the call matched. */
    readonly matched: readonly Connection[];
    readonly ofPort: readonly Connection[];
    readonly allowing: Connection | undefined;
    readonly perhaps: Connection | undefined;
    readonly readsMetrics: boolean;
    readonly hasFrontDoor: boolean;
    /** Whether a row names the caller anywhere, such as a team's tasks: then nobody comes through it. */
    readonly isKnown: boolean;
}

function advice(call: InboundCall, at: Place): string {
    if (at.allowing !== undefined) {
        return `row "${at.allowing.name}" allows it now: the proxy counted before it knew of that row`;
    }
    if (at.perhaps !== undefined) {
        return `row "${at.perhaps.name}" allows it from ${addressesOf(at.perhaps)}: the caller's address is in the proxy's log alone`;
    }
    if (at.readsMetrics) {
        return "this command reads metrics so. A Prometheus without a proxy does, too, and would be refused: give it one";
    }
    const account = call.identity === undefined ? undefined : serviceAccountOf(call.identity);
    const { target } = at;
    const mayBePeople = !at.hasFrontDoor && target?.name === apiServer.name && target.namespace === apiServer.namespace;
    if (account === undefined) {
        const frontDoor = mayBePeople ? ", and mesh.frontDoor if people come through it" : "";
        return `no row can name a caller without an identity: give its pod a proxy${frontDoor}`;
    }
    const { namespace, serviceAccount } = account;
    return mayBePeople && !at.isKnown && namespace !== apiServer.namespace
        ? `mesh.frontDoor: {namespace: ${namespace}, serviceAccount: ${serviceAccount}, labels: …} if people come through it`
        : rowAdvice(`account ${namespace}/${serviceAccount}`, call, at);
}

function rowAdvice(caller: string, { pod, port }: InboundCall, { target, matched, ofPort }: Place): string {
    const place = `${target?.namespace ?? pod.namespace}/${target?.name ?? pod.name} port ${String(port)}`;
    const [row] = matched;
    const [nearest] = ofPort;
    if (row !== undefined) {
        return `row "${row.name}" of ${place} would allow it with ${caller} in its "from"`;
    }
    return nearest === undefined
        ? `no row opens ${place}: it takes one of its own, from ${caller}`
        : `no row of ${place} names that: the nearest is "${nearest.name}"; it takes one of its own, from ${caller}`;
}

function pathOf({ route }: InboundCall, matched: readonly Connection[], ofPort: readonly Connection[]): string {
    const named = matched.flatMap(({ only }) => only ?? []);
    if (named.length > 0) {
        return named.map(requestsText).join(", ");
    }
    return route !== undefined && ofPort.some(({ only }) => only !== undefined) ? "none that a row names" : "-";
}

function requestsText({ methods, path }: Requests): string {
    const at = "exact" in path ? path.exact : `${path.below}*`;
    return methods === undefined ? at : `${methods.join("|")} ${at}`;
}

function callerName(identity: string | undefined, known: KnownWorkloads): string {
    if (identity === undefined) {
        return "no identity";
    }
    const names = known.underIdentity(identity).map(workloadName);
    const account = serviceAccountOf(identity);
    return names.length > 0
        ? names.join(" or ")
        : account === undefined
          ? identity
          : `account ${account.namespace}/${account.serviceAccount}`;
}

function addressesOf({ from }: Connection): string {
    return from.flatMap((caller) => (caller.kind === "addresses" ? caller.cidrs : [])).join(", ");
}

export function workloadName({ namespace, name }: Workload): string {
    return `${namespace}/${name}`;
}
