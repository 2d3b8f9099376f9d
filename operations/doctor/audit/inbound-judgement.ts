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
    return {
        direction: "in",
        caller: callerName(call.identity, known),
        target: target === undefined ? `${call.pod.namespace}/${call.pod.name}` : workloadName(target),
        port: call.port,
        path: pathOf(call, matched, ofPort),
        outcome: call.outcome,
        advice:
            allowing !== undefined
                ? `row "${allowing.name}" allows it now: the proxy counted before that row was there, or before the pod knew of it`
                : perhaps !== undefined
                  ? `row "${perhaps.name}" allows it from ${addressesOf(perhaps)}: the caller's address is in the proxy's log alone`
                  : advice(call, { target, matched, ofPort, hasFrontDoor: rows.hasFrontDoor }),
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
    readonly hasFrontDoor: boolean;
}

function advice({ identity, pod, port }: InboundCall, { target, matched, ofPort, hasFrontDoor }: Place): string {
    const account = identity === undefined ? undefined : serviceAccountOf(identity);
    const [row] = matched;
    if (identity === undefined && row?.to.name === "proxies") {
        return "what reads proxies' metrics without a proxy, as this command does: a Prometheus needs a proxy of its own";
    }
    const isPeoplesWay = target?.name === apiServer.name && target.namespace === apiServer.namespace && !hasFrontDoor;
    if (account === undefined) {
        const frontDoor = isPeoplesWay ? ", and mesh.frontDoor if people come through it" : "";
        return `no row can name a caller without an identity: give its pod a proxy${frontDoor}`;
    }
    const { namespace, serviceAccount } = account;
    if (isPeoplesWay && namespace !== apiServer.namespace) {
        return `mesh.frontDoor: {namespace: ${namespace}, serviceAccount: ${serviceAccount}, labels: …} if people come through it`;
    }
    const caller = `account ${namespace}/${serviceAccount}`;
    const place = `${target?.namespace ?? pod.namespace}/${target?.name ?? pod.name} port ${String(port)}`;
    if (row !== undefined) {
        return `row "${row.name}" of ${place} would allow it with ${caller} in its "from"`;
    }
    return ofPort.length === 0
        ? `no row opens ${place}: it takes one of its own, from ${caller}`
        : `no row of ${place} names that: the nearest is "${String(ofPort[0]?.name)}"; it takes one of its own, from ${caller}`;
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
