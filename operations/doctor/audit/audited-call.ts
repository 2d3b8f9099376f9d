import { type Sample } from "../proxies/prometheus-text.ts";
import { type MeshedPod, type ProxyScrape } from "../proxies/proxy-scrape.ts";

/** What became of a call. */
export const Outcome = {
    /** Nothing but the audit let it through, or what only the audit leaves open. */
    letThrough: "let through",
    /** It was refused, audit or not. */
    refused: "refused",
} as const;

export type Outcome = (typeof Outcome)[keyof typeof Outcome];

/** Calls into a pod that its proxy counted under one set of labels. */
export interface InboundCall {
    readonly direction: "in";
    readonly pod: MeshedPod;
    readonly port: number;
    /** The caller's name in the mesh. Undefined where it has none, or did not speak TLS. */
    readonly identity: string | undefined;
    /** The HTTPRoute that the request matched. Undefined where the Server has none. */
    readonly route: string | undefined;
    readonly outcome: Outcome;
    readonly count: number;
}

/** Connections or requests that left a pod for an EgressNetwork. */
export interface OutboundCall {
    readonly direction: "out";
    readonly pod: MeshedPod;
    readonly protocol: "TLS" | "HTTP" | "gRPC" | "TCP";
    readonly port: number;
    /** The name in TLS's greeting, or of HTTP's host where the proxy is told to keep it. */
    readonly host: string | undefined;
    /** Of a connection that names no server. */
    readonly address: string | undefined;
    readonly network: string;
    /** The route that led out. Undefined where the network's own policy decided. */
    readonly route: string | undefined;
    readonly outcome: Outcome;
    readonly count: number;
}

export type AuditedCall = InboundCall | OutboundCall;

const inbound: Readonly<Record<string, Outcome>> = {
    inbound_http_authz_allow_total: Outcome.letThrough,
    inbound_tcp_authz_allow_total: Outcome.letThrough,
    inbound_http_authz_deny_total: Outcome.refused,
    inbound_tcp_authz_deny_total: Outcome.refused,
    inbound_http_route_not_found_total: Outcome.refused,
};

const outbound: Readonly<Record<string, OutboundCall["protocol"]>> = {
    outbound_tls_route_open_total: "TLS",
    outbound_http_route_request_statuses_total: "HTTP",
    outbound_grpc_route_request_statuses_total: "gRPC",
    outbound_tcp_route_open_total: "TCP",
};

/** Whether a proxy has let anything in for the audit's sake alone. */
export function isAuditing({ samples }: ProxyScrape): boolean {
    return samples.some(byAudit);
}

/** What a proxy counted that no policy let through, and what left by a route. */
export function auditedCalls({ pod, samples }: ProxyScrape): AuditedCall[] {
    return samples
        .filter(({ value }) => value > 0)
        .flatMap((sample): AuditedCall[] => {
            const outcome = inbound[sample.name];
            if (outcome !== undefined) {
                return outcome === Outcome.refused || byAudit(sample) ? [inboundCall(pod, sample, outcome)] : [];
            }
            const protocol = outbound[sample.name];
            return protocol !== undefined && sample.labels.parent_kind === "EgressNetwork"
                ? [outboundCall(pod, sample, protocol)]
                : [];
        });
}

/** Linkerd writes what its default policies allow under their name. */
function byAudit({ labels }: Sample): boolean {
    return labels.authz_kind === "default" && labels.authz_name === "audit";
}

function inboundCall(pod: MeshedPod, { name, labels, value }: Sample, outcome: Outcome): InboundCall {
    return {
        direction: "in",
        pod,
        port: portOf(name, labels.target_port),
        identity: given(labels.client_id),
        route: labels.route_kind === "default" ? undefined : given(labels.route_name),
        outcome,
        count: value,
    };
}

function outboundCall(
    pod: MeshedPod,
    { name, labels, value }: Sample,
    protocol: OutboundCall["protocol"],
): OutboundCall {
    return {
        direction: "out",
        pod,
        protocol,
        port: portOf(name, given(labels.target_port) ?? labels.parent_port),
        host: given(labels.hostname),
        address: given(labels.target_ip),
        network: labels.parent_name ?? "",
        route: labels.route_kind === "default" ? undefined : given(labels.route_name),
        outcome: labels.route_name?.endsWith("-egress-deny") ? Outcome.refused : Outcome.letThrough,
        count: value,
    };
}

function portOf(series: string, text: string | undefined): number {
    const port = Number(text);
    if (text === undefined || !Number.isInteger(port) || port < 1 || port > 65535) {
        throw new Error(`${series} has ${JSON.stringify(text ?? null)} as its port: is that metric a Linkerd proxy's?`);
    }
    return port;
}

/** The proxy writes an empty label for what it does not know. */
function given(text: string | undefined): string | undefined {
    return text === "" ? undefined : text;
}
