import { apiServer, dagProcessor, tasks, triggerer } from "../../../components/airflow/connections/workloads.ts";
import { type Egress, type Workload } from "../../../components/connection.ts";
import { outside } from "../../../components/mesh/policy/objects/egress-network.ts";
import { policyName } from "../../../components/mesh/policy/objects/policy-name.ts";
import { EgressOf } from "../../../stacks/config/mesh/mesh-schema.ts";
import { Outcome, type OutboundCall } from "./audited-call.ts";
import { type Judgement } from "./finding.ts";
import { workloadName } from "./inbound-judgement.ts";
import { type KnownWorkloads, selects } from "./known-workloads.ts";
import { type StackRows } from "../stack-rows.ts";

/** Whether a row allows what a pod's proxy let out. */
export function judgeOutbound(call: OutboundCall, { table }: StackRows, known: KnownWorkloads): Judgement {
    const { pod } = call;
    const ofNamespace = table.egress.filter(({ from }) => from.some(({ namespace }) => namespace === pod.namespace));
    const own = ofNamespace.filter((row) => isFrom(row, call));
    const led = ofNamespace.find((row) => leads(row, call));
    const allowed =
        (led !== undefined && own.includes(led)) ||
        own.some((row) => names(row, call)) ||
        // The mesh asks for the name, and the network for the port alone: it takes one row for each, of whichever pods.
        (led !== undefined && own.some(({ to }) => to.kind === "hosts" && to.port === call.port));
    if (allowed && call.outcome === Outcome.letThrough) {
        return "allowed";
    }
    const workload = known.ofPod(pod);
    return {
        direction: "out",
        caller: workload === undefined ? `${pod.namespace}/${pod.name}` : workloadName(workload),
        target: call.host ?? call.address ?? "a host without a name",
        port: call.port,
        path: "-",
        outcome: call.outcome,
        certain: true,
        advice: allowed
            ? "a row allows it now: the proxy counted before that row was there"
            : led === undefined
              ? adviceFor(call, workload)
              : `row "${led.name}" leads there for other pods of the namespace; for this one the network stays shut: ${adviceFor(call, workload)}`,
    };
}

function isFrom({ from }: Egress, { pod }: OutboundCall): boolean {
    return from.some((each) => (each.kind === "workload" ? selects(each, pod) : each.namespace === pod.namespace));
}

/** Whether the call left by what is made of the row: a route, or a network of its own. */
function leads({ name, to }: Egress, { network, route }: OutboundCall): boolean {
    const made = policyName(outside, name);
    return to.kind === "addresses" ? network === made : route === made || route?.startsWith(`${made}.`) === true;
}

/** Whether the row has the host, for what was counted before its route was there. */
function names({ to }: Egress, { host, port, protocol }: OutboundCall): boolean {
    return (
        to.kind === "hosts" &&
        to.port === port &&
        to.named &&
        protocol === "TLS" &&
        host !== undefined &&
        to.hosts.some((each) => (each.startsWith("*.") ? host.endsWith(each.slice(1)) : host === each))
    );
}

/** What tasks are called, wherever they run. */
const { name: tasksName } = tasks("", "");

/** The workloads that a stack's own entries are about, Airflow's own or a team's. */
const keys = new Map<string, string>([
    [triggerer.name, EgressOf.tasks],
    [apiServer.name, EgressOf.apiServer],
    [dagProcessor.name, EgressOf.dagProcessor],
]);

function adviceFor({ protocol, host, port, address }: OutboundCall, workload: Workload | undefined): string {
    if (protocol === "HTTP" || protocol === "gRPC") {
        return "no key opens what comes without TLS, since its Host header may say anything: call it with TLS";
    }
    if (protocol === "TCP") {
        return `it names no server, so it takes a row with addresses: ${address ?? "unknown"} port ${String(port)}`;
    }
    if (host === undefined) {
        return "its TLS names no server, so no key opens it: let the client send the name (SNI)";
    }
    const from = workload && (workload.name === tasksName ? EgressOf.tasks : keys.get(workload.name));
    const beside = port === 443 ? "" : `, port: ${String(port)}`;
    return from === undefined
        ? `no key opens hosts for this workload: it takes a row of its own to ${host} port ${String(port)}`
        : `mesh.egress: [{hosts: [${host}]${beside}, from: ${from}, reason: …}]`;
}
