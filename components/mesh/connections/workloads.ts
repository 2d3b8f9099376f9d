import { DecidedBy, type Port, Protocol, type Workload } from "../../connection.ts";
import { certManagerNamespace, linkerdNamespace, vizNamespace } from "../names.ts";

// Names, labels, accounts and ports as the charts of Linkerd, cert-manager and trust-manager make them.

function controlPlane(component: string): Workload {
    return {
        kind: "workload",
        name: component,
        namespace: linkerdNamespace,
        serviceAccount: `linkerd-${component}`,
        labels: { "linkerd.io/control-plane-component": component },
    };
}

export const identity = controlPlane("identity");
export const destination = controlPlane("destination");
export const proxyInjector = controlPlane("proxy-injector");

function viz(component: string): Workload {
    return {
        kind: "workload",
        name: component,
        namespace: vizNamespace,
        serviceAccount: component,
        labels: { "linkerd.io/extension": "viz", component },
    };
}

export const metricsApi = viz("metrics-api");
export const prometheus = viz("prometheus");

/** A Prometheus of somebody else's, which reads the mesh's metrics in place of the stack's own and is asked for them. */
export interface ExistingPrometheus {
    readonly namespace: string;
    /** Its Service, where it is asked. */
    readonly service: string;
    /** Of the Service, and of its pods. */
    readonly port: number;
    /** Under which its pods run: by it the mesh knows who reads. */
    readonly serviceAccount: string;
    /** By which its pods are selected. */
    readonly labels: Readonly<Record<string, string>>;
}

export function existingPrometheus({ namespace, serviceAccount, labels }: ExistingPrometheus): Workload {
    return { kind: "workload", name: "prometheus", namespace, serviceAccount, labels };
}
export const tap = viz("tap");
export const tapInjector = viz("tap-injector");
export const web = viz("web");

function certificates(name: string, labels: Workload["labels"]): Workload {
    return { kind: "workload", name, namespace: certManagerNamespace, serviceAccount: name, labels, meshed: false };
}

export const certManager = certificates("cert-manager", {
    "app.kubernetes.io/name": "cert-manager",
    "app.kubernetes.io/component": "controller",
});
export const certManagerWebhook = certificates("cert-manager-webhook", {
    "app.kubernetes.io/name": "webhook",
    "app.kubernetes.io/component": "webhook",
});
export const caInjector = certificates("cert-manager-cainjector", {
    "app.kubernetes.io/name": "cainjector",
    "app.kubernetes.io/component": "cainjector",
});
export const startupCheck = certificates("cert-manager-startupapicheck", {
    "app.kubernetes.io/name": "startupapicheck",
    "app.kubernetes.io/component": "startupapicheck",
});
export const trustManager = certificates("trust-manager", { app: "trust-manager" });

/** A port of the control plane: what tells proxies of policies takes calls before they can know any. */
function ofControlPlane(number: number, protocol: Protocol, service?: Port["service"]): Port {
    return { number, protocol, decidedBy: DecidedBy.nobody, ...(service ? { service } : {}) };
}

export const ports = {
    identity: ofControlPlane(8080, Protocol.grpc, { name: "linkerd-identity", port: 8080 }),
    destination: ofControlPlane(8086, Protocol.grpc, { name: "linkerd-dst", port: 8086 }),
    policy: ofControlPlane(8090, Protocol.grpc, { name: "linkerd-policy", port: 8090 }),
} as const;

export const controlPlanePort = ofControlPlane;
