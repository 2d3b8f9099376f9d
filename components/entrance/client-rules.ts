/** How clients' addresses come to Envoy, which sees connections of Linkerd's proxy beside it. */
export const ClientAddress = {
    /** In the header of the PROXY protocol, which a load balancer writes before each connection. */
    proxyProtocol: "proxy-protocol",
    /** Not at all: every request comes from the pod itself. */
    unknown: "unknown",
} as const;

export type ClientAddress = (typeof ClientAddress)[keyof typeof ClientAddress];

/**
 * Headers that a server could take for what a proxy says, and that only clients' own would be in: they are removed before
 * anything reads them. Envoy writes x-forwarded-for and x-forwarded-proto anew.
 */
export const untrustedHeaders = [
    "forwarded",
    "via",
    "true-client-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-real-ip",
    "x-original-host",
    "x-original-url",
    "x-rewrite-url",
    "x-http-method-override",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-prefix",
    "x-forwarded-server",
    "x-forwarded-ssl",
    "x-forwarded-user",
    "x-forwarded-email",
    "x-forwarded-groups",
    "x-forwarded-preferred-username",
    "x-forwarded-access-token",
    "x-forwarded-id-token",
    "x-auth-request-user",
    "x-auth-request-email",
    "x-auth-request-groups",
    "x-auth-request-access-token",
    "x-auth-user",
    "x-auth-email",
    "x-auth-groups",
    "x-remote-user",
    "remote-user",
    "x-webauth-user",
    "x-envoy-original-path",
    "x-envoy-original-method",
    "l5d-client-id",
    "l5d-dst-override",
    "l5d-dst-canonical",
    "l5d-remote-ip",
] as const;

/** The spec of the ClientTrafficPolicy: what Envoy takes from whoever connects. */
export function clientRules(gateway: string, clientAddress: ClientAddress) {
    return {
        targetRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: gateway }],
        tls: { minVersion: "1.2" },
        // A connection without the header is refused: else whoever reaches the port could leave its own address out.
        ...(clientAddress === ClientAddress.proxyProtocol ? { proxyProtocol: { optional: false } } : {}),
        // Never from a header, which clients write.
        clientIPDetection: { directSourceIP: {} },
        path: {
            disableMergeSlashes: false,
            // Ids of runs have slashes. Nothing is decided by a path here, and Airflow's rules compare it as it was sent.
            escapedSlashesAction: "KeepUnchanged",
        },
        headers: {
            // Some servers read a-b and a_b as one header.
            withUnderscoresAction: "RejectRequest",
            xForwardedClientCert: { mode: "Sanitize" },
            requestID: "Generate",
            earlyRequestHeaders: { remove: [...untrustedHeaders] },
            lateResponseHeaders: {
                set: [{ name: "strict-transport-security", value: "max-age=31536000" }],
                remove: ["server", "x-envoy-upstream-service-time"],
            },
        },
        timeout: {
            tcp: { tlsHandshakeTimeout: "10s" },
            http: {
                // Whoever sends its header byte by byte holds a connection no longer than this.
                requestHeadersReceivedTimeout: "10s",
                idleTimeout: "300s",
                // The log of a running task is a stream, in which nothing may come for a while.
                streamIdleTimeout: "600s",
            },
        },
        connection: {
            bufferLimit: "64Ki",
            connectionLimit: { value: 10000 },
        },
        http2: { maxConcurrentStreams: 100, onInvalidMessage: "TerminateConnection" },
    };
}
