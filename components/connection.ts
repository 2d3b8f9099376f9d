/**
 * Who may call whom: the words in which every room says what its own parts need. They are data and render nothing; the
 * mesh's room makes policies of them, and `docs/connections.md` shows them.
 */

/** A list that is never empty: no policy can be made of nobody, which some of them read as everybody. */
export type NonEmpty<T> = readonly [T, ...T[]];

/** Why something is allowed, as a sentence: the type refuses a row without one. */
export type Reason = `${Capital}${string}`;

// prettier-ignore
type Capital = "A"|"B"|"C"|"D"|"E"|"F"|"G"|"H"|"I"|"J"|"K"|"L"|"M"|"N"|"O"|"P"|"Q"|"R"|"S"|"T"|"U"|"V"|"W"|"X"|"Y"|"Z";

/** What the proxy of a port's pod takes its traffic for. */
export const Protocol = {
    http: "HTTP/1",
    grpc: "gRPC",
    /** Bytes that the mesh encrypts but does not look into. */
    opaque: "opaque",
    /** TLS of the server's own, such as a webhook's. */
    tls: "TLS",
} as const;

export type Protocol = (typeof Protocol)[keyof typeof Protocol];

/** Who decides about connections to a port, besides the NetworkPolicies that every port has. */
export const DecidedBy = {
    /** The mesh, by the policies that are made of the rows. */
    rows: "rows",
    /** The mesh, by the policies that the chart of that part brings. A second Server on the port would overlap them. */
    chart: "chart",
    /** Nobody: the pod has no proxy, or its proxy serves this port itself. */
    nobody: "nobody",
} as const;

export type DecidedBy = (typeof DecidedBy)[keyof typeof DecidedBy];

/** A port that a workload's containers listen on. */
export interface Port {
    /** The container's port, by number: a name that no pod has would select nothing, without a word. */
    readonly number: number;
    readonly protocol: Protocol;
    /** Defaults to the rows. */
    readonly decidedBy?: DecidedBy;
    /** Defaults to TCP alone. */
    readonly transports?: NonEmpty<"TCP" | "UDP">;
    /** Where it is found by name. Defaults to nowhere, for what is called by the pod's address. */
    readonly service?: { readonly name: string; readonly port: number };
}

/** The pods of one kind in one namespace. They run under one service account, which is how the mesh knows them. */
export interface Workload {
    readonly kind: "workload";
    /** A DNS label, unique in the namespace. It begins the names of policies. */
    readonly name: string;
    readonly namespace: string;
    /** Undefined where no account is theirs alone: then nobody can be allowed to be called by them through the mesh. */
    readonly serviceAccount?: string;
    /** By which the pods are selected. */
    readonly labels: Readonly<Record<string, string>>;
    /** Whether they have a proxy. Defaults to true. */
    readonly meshed?: boolean;
}

/** All pods of a namespace, whoever they are. */
export interface EveryPodOf {
    readonly kind: "namespace";
    readonly namespace: string;
}

/** All pods of the cluster. Never a caller where the rows decide: that would be no rule. */
export interface EveryPod {
    readonly kind: "cluster";
}

/** Callers without an identity, known by their addresses alone. */
export interface Addresses {
    readonly kind: "addresses";
    /** A DNS label, such as `kubelet`. */
    readonly name: string;
    readonly cidrs: NonEmpty<string>;
    /** For what runs on a pod's own node, from which no NetworkPolicy keeps anything away. Defaults to false. */
    readonly onNode?: boolean;
}

export type Caller = Workload | EveryPodOf | EveryPod | Addresses;

/** Requests, where the port speaks HTTP. */
export interface Requests {
    /** Defaults to all of them. */
    readonly methods?: NonEmpty<Method>;
    /** With its slash: `exact` is this path alone, `below` is everything that begins with it. */
    readonly path: { readonly exact: string } | { readonly below: string };
}

export type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";

/** One row: who may call one port of one workload, how, and why. */
export interface Connection {
    /** A DNS label, unique for the port. */
    readonly name: string;
    readonly from: NonEmpty<Caller>;
    readonly to: Workload;
    readonly port: Port;
    /** Only these. Defaults to everything that the port takes; then no other row of the port may name any. */
    readonly only?: NonEmpty<Requests>;
    readonly reason: Reason;
}

/** One row for what is outside of the mesh: who may leave the cluster, or reach what has addresses alone. */
export interface Egress {
    /** A DNS label, unique in the namespaces that it leaves from. */
    readonly name: string;
    readonly from: NonEmpty<Workload | EveryPodOf>;
    readonly to: Hosts | Destination;
    readonly reason: Reason;
}

/** Servers outside of the cluster, by name. */
export interface Hosts {
    readonly kind: "hosts";
    /** Exact, or with `*.` before a domain. */
    readonly hosts: NonEmpty<string>;
    readonly port: number;
    /** Whether the name can be seen in the connection: TLS says it, SSH and PostgreSQL do not. */
    readonly named: boolean;
    /** Whether the names may lead to addresses of the cluster's own network, as those of VPC endpoints do. */
    readonly private: boolean;
}

/** Servers that are known by their addresses. */
export interface Destination {
    readonly kind: "addresses";
    /** A DNS label, such as `pod-identity`. */
    readonly name: string;
    readonly cidrs: NonEmpty<string>;
    /** Whether they are outside of the cluster's own ranges, so that the mesh has to be told as well. */
    readonly outside: boolean;
    readonly ports: NonEmpty<{ readonly number: number; readonly transport: "TCP" | "UDP" }>;
}

/** All of a stack's rows. */
export interface ConnectionTable {
    readonly connections: readonly Connection[];
    readonly egress: readonly Egress[];
    /** The namespaces that take and send nothing but what a row names. */
    readonly namespaces: readonly string[];
}

/** Whether the mesh decides about the port by rows. */
export function decidedByRows(to: Workload, port: Port): boolean {
    return to.meshed !== false && (port.decidedBy ?? DecidedBy.rows) === DecidedBy.rows;
}

export function isMeshed(workload: Workload): boolean {
    return workload.meshed !== false;
}
