/** Names that two parts of the entrance must agree on. Those of the controller are dictated by Envoy Gateway. */

/** Of the controller, of Envoy, and of all that says what Envoy does. */
export const entranceNamespace = "entrance";

/** Of the Gateway, and of Envoy's Deployment, Service, service account and disruption budget. */
export const gatewayName = "entrance";

/** With which the controller takes a class for its own. Not Envoy Gateway's own name: another one may be in the cluster. */
export const controllerName = "airflow-linkerd.io/entrance";

/** Of the AWS Load Balancer Controller, where the stack runs one. */
export const loadBalancerNamespace = "load-balancer";

/** Names, labels and ports as the chart of the AWS Load Balancer Controller makes them. */
export const loadBalancerController = {
    /** Not the chart's: the role is named after it, and names of roles are short. */
    serviceAccount: "controller",
    labels: {
        "app.kubernetes.io/name": "aws-load-balancer-controller",
        "app.kubernetes.io/instance": "aws-load-balancer-controller",
    },
    webhook: { service: "aws-load-balancer-webhook-service", port: 9443 },
    health: 61779,
} as const;

/** Envoy may not open ports below 1024, so Envoy Gateway has it listen 10,000 above the listener's. */
export const ports = {
    https: 443,
    envoy: 10443,
    /** Of the container beside Envoy that lets requests end before it stops. */
    shutdown: 19002,
    envoyReady: 19003,
    xds: 18000,
    controllerHealth: 8081,
} as const;

export const controller = {
    service: "envoy-gateway",
    serviceAccount: "envoy-gateway",
    certgenAccount: "gateway-helm-certgen",
} as const;

/** By which Envoy's pods are found. Envoy Gateway sets them, and its own chart sets the controller's. */
export const envoyLabels = {
    "app.kubernetes.io/name": "envoy",
    "gateway.envoyproxy.io/owning-gateway-name": gatewayName,
    "gateway.envoyproxy.io/owning-gateway-namespace": entranceNamespace,
} as const;

export const controllerLabels = {
    "app.kubernetes.io/name": "gateway-helm",
    "app.kubernetes.io/instance": "gateway-helm",
    "control-plane": "envoy-gateway",
} as const;

/** The Secret with the certificate that people are shown, unless the stack names one of its own. */
export const certificateSecret = "entrance-certificate";

/** The Issuer that asks an ACME authority for it. */
export const acmeIssuer = "entrance-acme";

/** The service account whose tokens get the role for ACME's proof. No pod runs under it. */
export const proofAccount = "entrance-proof";

/** The Secret with the authority of that certificate, where it is the entrance's own. */
export const authoritySecret = "entrance-ca";

export const gatewayGroup = "gateway.networking.k8s.io";
export const envoyGatewayApi = "gateway.envoyproxy.io/v1alpha1";

/** For the ports whose bytes the mesh does not look into: Service and pod must have the same value. */
export const opaque = (port: number) => ({ "config.linkerd.io/opaque-ports": `${port}` });
