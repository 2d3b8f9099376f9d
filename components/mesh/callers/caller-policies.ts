import {
    type Connection,
    type NonEmpty,
    Protocol,
    type Reason,
    type Requests,
    type Workload,
} from "../../connection.ts";
import { kubelet, unknownAddresses } from "../connections/sources.ts";
import { ingressPolicy } from "../policy/objects/network-policy.ts";
import { type PolicyObject } from "../policy/objects/policy-object.ts";
import { type PolicyMode } from "../policy/objects/server.ts";
import { policyObjects } from "../policy/policy-objects.ts";

/** What may be called, whoever the callers are. */
export interface CalledPort {
    readonly workload: Workload;
    readonly port: number;
    readonly protocol: Protocol;
    /** Undefined is all requests. */
    readonly requests: NonEmpty<Requests> | undefined;
    readonly probePaths: NonEmpty<string> | undefined;
    readonly reason: Reason;
    readonly mode: PolicyMode;
}

/** As whom the mesh knows a caller. */
export interface CallerIdentity {
    readonly namespace: string;
    readonly serviceAccount: string;
}

/** Why no policies can be made of that. Undefined when they can. */
export function calledPortProblem({ workload, port, protocol, requests, probePaths }: CalledPort): string | undefined {
    if (Object.keys(workload.labels).length === 0) {
        return "workload.labels is empty: that would be every pod of the namespace. Name a label of the pods.";
    }
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
        return `port is ${port}: it must be the number of a port that the pods listen on. Name it, from 1 to 65535.`;
    }
    if (requests?.length === 0) {
        return "requests is empty: that would be none. Name at least one, or leave it out to allow all.";
    }
    if (requests !== undefined && protocol !== Protocol.http && protocol !== Protocol.grpc) {
        return `requests is given, and protocol is "${protocol}": the mesh sees requests in HTTP alone. Leave requests out.`;
    }
    if (probePaths !== undefined && requests === undefined) {
        return "probePaths is given without requests: the mesh lets probes in by itself then. Leave probePaths out.";
    }
    return undefined;
}

/** The policies in the workload's namespace. How many there are, and their names, do not depend on the callers. */
export function callerPolicies(called: CalledPort, callers: NonEmpty<CallerIdentity>): PolicyObject[] {
    const rows = callerRows(called, callers);
    const settings = { mode: called.mode, clusterCidrs: [] };
    const inbound = policyObjects({ connections: rows, egress: [], namespaces: [] }, settings)
        // Where the workload itself may go is not for whoever calls it to say.
        .filter(({ kind }) => kind !== "EgressNetwork");
    return [...inbound, ...(called.mode === "audit" ? [] : [ingressPolicy(called.workload, rows)])];
}

/** Whether the object says who the callers are. */
export function namesCallers({ kind }: PolicyObject): boolean {
    return kind === "MeshTLSAuthentication" || kind === "NetworkPolicy";
}

function callerRows(called: CalledPort, [first, ...rest]: NonEmpty<CallerIdentity>): NonEmpty<Connection> {
    const { workload: to, protocol, requests, probePaths, reason } = called;
    const port = { number: called.port, protocol };
    const calls: Connection = {
        name: "callers",
        from: [asWorkload(first), ...rest.map(asWorkload)],
        to,
        port,
        ...(requests && { only: requests }),
        reason,
    };
    if (probePaths === undefined) {
        return [calls];
    }
    const [path, ...paths] = probePaths;
    const probe = (exact: string): Requests => ({ methods: ["GET"], path: { exact } });
    return [
        calls,
        {
            name: "probes",
            from: [kubelet(unknownAddresses)],
            to,
            port,
            only: [probe(path), ...paths.map(probe)],
            reason: "The kubelet asks whether the pod is alive and ready",
        },
    ];
}

/** By its namespace for the network, which does not know accounts, and by its account for the mesh. */
function asWorkload({ namespace, serviceAccount }: CallerIdentity): Workload {
    return { kind: "workload", name: serviceAccount, namespace, serviceAccount, labels: {} };
}
