import { type ChartValues } from "../../chart-values.ts";
import { type ImageSource, published, repositoryOf, tagOf } from "../../images.ts";
import { entranceNamespace, loadBalancerController } from "../names.ts";
import { NlbMaker } from "../nlb.ts";

/** What the values of the AWS Load Balancer Controller's chart depend on. */
export interface LoadBalancerSettings {
    readonly clusterName: string;
    readonly region: string;
    readonly vpcId: string;
    /** Who issues the certificate of its webhook. */
    readonly issuerRef: Readonly<Record<"group" | "kind" | "name", string>>;
    /** Of its service account. */
    readonly annotations: Readonly<Record<string, string>>;
    /** Of what it makes in AWS, which does not get the provider's default tags. */
    readonly tags: Readonly<Record<string, string>>;
    readonly highAvailability: boolean;
    /** Where images come from. Defaults to where each is published. */
    readonly images?: ImageSource | undefined;
}

/**
 * Values of the chart. It sees to the Services of the entrance's namespace and to nothing else: no Ingress and no Gateway. Its
 * webhooks are asked about its own kinds alone, and about pods that ask for it by a label, which the chart cannot turn off.
 */
export function loadBalancerValues(settings: LoadBalancerSettings): ChartValues {
    const { clusterName, region, vpcId, issuerRef, annotations, tags, highAvailability } = settings;
    return {
        // Its pods may not ask the node for either.
        clusterName,
        region,
        vpcId,
        serviceAccount: { create: true, name: loadBalancerController.serviceAccount, annotations },
        replicaCount: highAvailability ? 2 : 1,
        ...(highAvailability ? highlyAvailable : {}),
        resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } },
        // Besides what the chart's own say.
        podSecurityContext: { seccompProfile: { type: "RuntimeDefault" } },
        securityContext: { capabilities: { drop: ["ALL"] } },
        ...controllerImage(settings.images),
        // Else the chart would make a new authority with a new key at each release, in the release's own record.
        enableCertManager: true,
        certManager: { issuerRef, duration: "2160h", renewBefore: "720h" },
        watchNamespace: entranceNamespace,
        loadBalancerClass: NlbMaker.controller,
        defaultTargetType: "ip",
        defaultTags: tags,
        enableServiceMutatorWebhook: false,
        enablePodReadinessGateInject: false,
        webhookConfig: { disableIngressValidation: true },
        createIngressClassResource: false,
        ingressClassParams: { create: false },
        enableShield: false,
        enableWaf: false,
        enableWafv2: false,
        controllerConfig: {
            featureGates: {
                NLBGatewayAPI: false,
                ALBGatewayAPI: false,
                LBCapacityReservation: false,
                ServiceTypeLoadBalancerOnly: true,
            },
        },
    };
}

/** The chart names the image by tag alone, and puts that into no label. */
function controllerImage(source: ImageSource = published): ChartValues {
    const name = "loadBalancerController";
    return source.mirror === undefined && source.digests[name] === undefined
        ? {}
        : { image: { repository: repositoryOf(name, source), tag: tagOf(name, source) } };
}

/** One of the two leads. Load balancers go on as they are while there is none. */
const highlyAvailable: ChartValues = {
    podDisruptionBudget: { maxUnavailable: 1 },
    topologySpreadConstraints: ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: loadBalancerController.labels },
    })),
};
