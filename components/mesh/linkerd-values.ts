import { type ChartValues, layered } from "../chart-values.ts";
import { images, type ImageSource, published, repositoryOf } from "../images.ts";
import { uncountedLabels } from "../task-labels.ts";
import { type ExistingPrometheus } from "./connections/workloads.ts";
import { vizNamespace } from "./names.ts";
import { duration, type Lifetimes } from "./trust/lifetimes.ts";

/** What the values of Linkerd's charts depend on. */
export interface LinkerdSettings {
    readonly trustDomain: string;
    readonly lifetimes: Lifetimes;
    readonly highAvailability: boolean;
    /** Values of `linkerd-control-plane` that the stack asks for. */
    readonly chartValues: ChartValues;
    /** Where images come from. Defaults to where each is published. */
    readonly images?: ImageSource | undefined;
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
        ...mirroredControlPlane(settings.images),
        // Task pods end when their task does, and init containers have an identity, only with native sidecars.
        proxy: { nativeSidecar: true, ...mirroredProxy(settings.images) },
        // A pod that could not be given a proxy must not start at all.
        webhookFailurePolicy: "Fail",
        // A daily call to the internet, at a minute that changes with each rendering.
        disableHeartBeat: true,
    });
}

/** Linkerd's charts take the name of an image, and the tag is the release's. */
function mirroredControlPlane(source: ImageSource = published): ChartValues {
    return source.mirror === undefined
        ? {}
        : {
              controllerImage: repositoryOf("linkerdController", source),
              debugContainer: { image: { name: repositoryOf("linkerdDebug", source) } },
          };
}

function mirroredProxy(source: ImageSource = published): ChartValues {
    return source.mirror === undefined ? {} : { image: { name: repositoryOf("linkerdProxy", source) } };
}

function mirroredViz({ mirror }: ImageSource = published): ChartValues {
    const folder = (repository: string) => `${mirror}/${repository.slice(0, repository.lastIndexOf("/"))}`;
    return mirror === undefined
        ? {}
        : {
              defaultRegistry: folder(images.vizTap.repository),
              prometheus: { image: { registry: folder(images.vizPrometheus.repository) } },
          };
}

/** What the values of Linkerd's dashboard, tap and metrics depend on. */
export interface VizSettings extends Pick<LinkerdSettings, "trustDomain" | "highAvailability" | "images"> {
    /** The name by which people come to the dashboard. Defaults to none. */
    readonly dashboardHost?: string | undefined;
    /** A Prometheus that is there. Defaults to one of the chart's own. */
    readonly prometheus?: ExistingPrometheus | undefined;
}

/** The dashboard, tap and metrics of Linkerd. */
export function vizValues(settings: VizSettings): ChartValues {
    return layered(
        settings.highAvailability ? highlyAvailableViz : {},
        {},
        layered(
            {},
            {
                identityTrustDomain: settings.trustDomain,
                tap: webhook("linkerd-viz/tap"),
                tapInjector: webhook("linkerd-viz/linkerd-tap-injector"),
                // A hook Job that labels the namespace, which is ours and already labelled.
                createNamespaceMetadataJob: false,
                // Prometheus makes a label of each label of a pod.
                prometheus: { metricRelabelConfigs: [{ action: "labeldrop", regex: uncountedLabels.join("|") }] },
                ...mirroredViz(settings.images),
                ...dashboardNames(settings.dashboardHost),
            },
            existingPrometheusValues(settings.prometheus),
        ),
    );
}

/** Where a Prometheus is asked that the stack did not bring. */
export function prometheusUrl({ namespace, service, port }: ExistingPrometheus): string {
    return `http://${service}.${namespace}.svc.cluster.local:${String(port)}`;
}

function existingPrometheusValues(existing: ExistingPrometheus | undefined): ChartValues {
    return existing === undefined ? {} : { prometheus: { enabled: false }, prometheusUrl: prometheusUrl(existing) };
}

/** The dashboard answers to no name but these, lest a page of somebody else's has a browser ask it. */
function dashboardNames(host: string | undefined): ChartValues {
    const names = [
        "localhost",
        "127.0.0.1",
        "[::1]",
        `web.${vizNamespace}.svc.cluster.local`,
        `web.${vizNamespace}.svc`,
    ];
    const escaped = (name: string) => name.replace(/[.[\]]/g, "\\$&");
    return host === undefined
        ? {}
        : { dashboard: { enforcedHostRegexp: `^(${[...names, host].map(escaped).join("|")})(:\\d+)?$` } };
}

function webhook(certificate: string): ChartValues {
    return { externalSecret: true, injectCaFrom: certificate };
}

/** Linkerd writes resources by kind, Kubernetes by bound. */
const controller = { cpu: { request: "100m" }, memory: { request: "50Mi", limit: "250Mi" } };

/**
 * What Linkerd's own values-ha.yaml sets, and the policy controller's resources, which it forgets. The `controllerResources`
 * in that file is no value: it is a YAML anchor for the values below.
 */
const highlyAvailable: ChartValues = {
    highAvailability: true,
    controllerReplicas: 3,
    enablePodAntiAffinity: true,
    enablePodDisruptionBudget: true,
    deploymentStrategy: { rollingUpdate: { maxUnavailable: 1, maxSurge: "25%" } },
    proxy: { resources: { cpu: { request: "100m" }, memory: { request: "20Mi", limit: "250Mi" } } },
    identityResources: { cpu: { request: "100m" }, memory: { request: "10Mi", limit: "250Mi" } },
    destinationResources: controller,
    proxyInjectorResources: controller,
    spValidatorResources: controller,
    policyController: { resources: controller },
};

/** The same for viz, where tap alone stands more than once and so has a budget. */
const highlyAvailableViz: ChartValues = {
    enablePodAntiAffinity: true,
    enablePodDisruptionBudget: true,
    metricsAPI: { resources: controller },
    tap: { replicas: 3, resources: controller },
    tapInjector: { resources: controller },
    dashboard: { resources: controller },
    // It keeps six hours of every proxy's series in memory and on its node. Past this it restarts with none, which is
    // better than taking the node with it.
    prometheus: { resources: { cpu: { request: "300m" }, memory: { request: "300Mi", limit: "4Gi" } } },
};
