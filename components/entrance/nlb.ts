import { ports } from "./names.ts";

/** Who makes a Network Load Balancer of a Service. */
export const NlbMaker = {
    /** EKS itself, in Auto Mode. */
    autoMode: "eks.amazonaws.com/nlb",
    /** The AWS Load Balancer Controller, which the stack or somebody else runs in the cluster. */
    controller: "service.k8s.aws/nlb",
} as const;

export type NlbMaker = (typeof NlbMaker)[keyof typeof NlbMaker];

const prefix = "service.beta.kubernetes.io/aws-load-balancer";

/**
 * What makes a Service a Network Load Balancer before Envoy's pods. Clients keep their address, so that the mesh and network
 * policies can hold it against the stack's ranges, and the PROXY protocol tells it to Envoy behind its proxy. Whether a pod
 * takes connections its readiness says: the balancer would ask at the traffic's own port, from addresses that are in no range.
 */
export function nlbAnnotations({ internet }: { readonly internet: boolean }): Readonly<Record<string, string>> {
    return {
        [`${prefix}-scheme`]: internet ? "internet-facing" : "internal",
        [`${prefix}-nlb-target-type`]: "ip",
        [`${prefix}-proxy-protocol`]: "*",
        [`${prefix}-target-group-attributes`]: [
            "preserve_client_ip.enabled=true",
            "proxy_protocol_v2.enabled=true",
            "deregistration_delay.timeout_seconds=60",
            "deregistration_delay.connection_termination.enabled=true",
        ].join(","),
        [`${prefix}-attributes`]: "load_balancing.cross_zone.enabled=true",
        [`${prefix}-healthcheck-protocol`]: "http",
        [`${prefix}-healthcheck-port`]: `${ports.envoyReady}`,
        [`${prefix}-healthcheck-path`]: "/ready",
        [`${prefix}-healthcheck-interval`]: "10",
        [`${prefix}-healthcheck-healthy-threshold`]: "2",
        [`${prefix}-healthcheck-unhealthy-threshold`]: "2",
    };
}
