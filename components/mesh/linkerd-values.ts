import { type ChartValues, layered } from "../chart-values.ts";
import { duration, type Lifetimes } from "./lifetimes.ts";

/** What the values of Linkerd's charts depend on. */
export interface LinkerdSettings {
    readonly trustDomain: string;
    readonly lifetimes: Lifetimes;
    readonly highAvailability: boolean;
    /** Values of `linkerd-control-plane` that the stack asks for. */
    readonly chartValues: ChartValues;
}

/** Whether the control plane stands once, or three times over nodes and zones. */
export function controlPlaneValues(settings: LinkerdSettings): ChartValues {
    return layered(settings.highAvailability ? highlyAvailable : {}, settings.chartValues, {
        identityTrustDomain: settings.trustDomain,
        identity: {
            // The roots come from trust-manager's bundle and the issuer from cert-manager: the chart makes neither.
            externalCA: true,
            issuer: { scheme: "kubernetes.io/tls", issuanceLifetime: duration(settings.lifetimes.workloadHours) },
        },
        // Otherwise the chart makes new certificates at each rendering, and every update restarts the control plane.
        proxyInjector: webhook("linkerd/linkerd-proxy-injector"),
        profileValidator: webhook("linkerd/linkerd-sp-validator"),
        policyValidator: webhook("linkerd/linkerd-policy-validator"),
        // Task pods end when their task does, and init containers have an identity, only with native sidecars.
        proxy: { nativeSidecar: true },
        // A daily call to the internet, at a minute that changes with each rendering.
        disableHeartBeat: true,
    });
}

/** The dashboard, tap and metrics of Linkerd. */
export function vizValues(settings: Pick<LinkerdSettings, "trustDomain" | "highAvailability">): ChartValues {
    return layered(
        settings.highAvailability ? { enablePodAntiAffinity: true, tap: { replicas: 3 } } : {},
        {},
        {
            identityTrustDomain: settings.trustDomain,
            tap: webhook("linkerd-viz/tap"),
            tapInjector: webhook("linkerd-viz/linkerd-tap-injector"),
            // A hook Job that labels the namespace, which is ours and already labelled.
            createNamespaceMetadataJob: false,
        },
    );
}

function webhook(certificate: string): ChartValues {
    return { externalSecret: true, injectCaFrom: certificate };
}

/** What Linkerd's own values-ha.yaml sets. */
const highlyAvailable: ChartValues = {
    highAvailability: true,
    controllerReplicas: 3,
    enablePodAntiAffinity: true,
    enablePodDisruptionBudget: true,
    deploymentStrategy: { rollingUpdate: { maxUnavailable: 1, maxSurge: "25%" } },
    // A pod that could not be given a proxy must not start at all.
    webhookFailurePolicy: "Fail",
    proxy: { resources: { cpu: { request: "100m" }, memory: { request: "20Mi", limit: "250Mi" } } },
    controllerResources: { cpu: { request: "100m" }, memory: { request: "50Mi", limit: "250Mi" } },
};
