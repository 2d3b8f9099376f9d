import {
    type Caller,
    type Connection,
    type ConnectionTable,
    type Egress,
    type Port,
    type Requests,
    type Workload,
} from "../../components/connection.ts";

/** One row of the connection table, as who calls sees it. */
export interface Reach {
    /** What is called, such as `airflow/api-server`, a host, or a range of addresses. */
    readonly to: string;
    /** Such as `8080` or `UDP 53`. */
    readonly port: string;
    /** Which requests, where not all that the port takes. */
    readonly requests?: string;
    readonly reason: string;
}

/** Whom in the cluster the pods of a workload may call: by rows of their own, and by those of all pods like them. */
export function calls({ connections }: ConnectionTable, workload: Workload): Reach[] {
    const own = connections.filter(({ from }) => from.some((caller) => isOne(caller, workload)));
    const known = new Set<string>();
    // What says "all pods of the namespace" says more of them than what says "all pods".
    return [...own.filter(({ from }) => !isForAll(from)), ...own.filter(({ from }) => isForAll(from))]
        .map(call)
        .filter(({ to, port, requests = "" }) => {
            const key = [to, port, requests].join(" ");
            return !known.has(key) && known.add(key);
        });
}

function isForAll(from: Connection["from"]): boolean {
    return from.every(({ kind }) => kind === "cluster");
}

/** What outside of the mesh they may reach. */
export function hosts({ egress }: ConnectionTable, workload: Workload): Reach[] {
    return egress.filter(({ from }) => from.some((caller) => isOne(caller, workload))).flatMap(out);
}

function isOne(caller: Caller, workload: Workload): boolean {
    switch (caller.kind) {
        case "workload":
            return caller.namespace === workload.namespace && caller.name === workload.name;
        case "namespace":
            return caller.namespace === workload.namespace;
        case "cluster":
            return true;
        case "addresses":
            return false;
    }
}

function call({ to, port, only, reason }: Connection): Reach {
    return {
        to: `${to.namespace}/${to.name}`,
        port: portText(port),
        ...(only && { requests: only.map(requestsText).join(", ") }),
        reason,
    };
}

function out({ to, reason }: Egress): Reach[] {
    return to.kind === "hosts"
        ? to.hosts.map((host) => ({ to: host, port: `${to.port}`, reason }))
        : to.cidrs.map((cidr) => ({
              to: `${to.name} ${cidr}`,
              port: to.ports
                  .map(({ number, transport }) => (transport === "TCP" ? `${number}` : `${transport} ${number}`))
                  .join(", "),
              reason,
          }));
}

function portText({ number, transports }: Port): string {
    return transports?.includes("UDP") ? `${transports.join("/")} ${number}` : `${number}`;
}

function requestsText({ methods, path }: Requests): string {
    const where = "exact" in path ? path.exact : `${path.below}*`;
    return methods === undefined ? where : `${methods.join("/")} ${where}`;
}
