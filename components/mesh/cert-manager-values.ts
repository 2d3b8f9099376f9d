import { type ChartValues, layered } from "../chart-values.ts";
import { imageValues, type ImageSource, published } from "../images.ts";

export interface CertManagerSettings {
    /** Several replicas of each controller. */
    readonly highAvailability: boolean;
    /** Whether an issuer proves names by DNS. Defaults to none. */
    readonly provesByDns?: boolean | undefined;
    /** Where images come from. Defaults to where each is published. */
    readonly images?: ImageSource | undefined;
}

export function certManagerValues({
    highAvailability,
    provesByDns = false,
    images = published,
}: CertManagerSettings): ChartValues {
    const from = {
        ...imageValues("certManagerController", images),
        ...part("webhook", imageValues("certManagerWebhook", images)),
        ...part("cainjector", imageValues("certManagerCainjector", images)),
        ...part("acmesolver", imageValues("certManagerAcmesolver", images)),
        ...part("startupapicheck", imageValues("certManagerStartupapicheck", images)),
    };
    // Whether a proof can be seen it asks the cluster's DNS, and not each name server of the zone: it has no way out to those.
    const proof = provesByDns ? { dns01RecursiveNameserversOnly: true } : {};
    return layered({ ...components(highAvailability), ...proof }, {}, from);
}

/** Values of a chart's part, where there are any. */
function part(name: string, values: ChartValues): ChartValues {
    return Object.keys(values).length === 0 ? {} : { [name]: values };
}

function components(highAvailability: boolean): ChartValues {
    return {
        // Kept when the release goes: removing the definitions would remove every certificate of the cluster.
        crds: { enabled: true, keep: true },
        ...(highAvailability
            ? {
                  ...available("controller", 2, "50m", "128Mi", "512Mi"),
                  webhook: available("webhook", 3, "20m", "64Mi", "256Mi"),
                  // It keeps every Secret, definition and webhook of the cluster in memory.
                  cainjector: available("cainjector", 2, "50m", "128Mi", "512Mi"),
              }
            : {}),
    };
}

export function trustManagerValues(
    highAvailability: boolean,
    trustNamespace: string,
    images: ImageSource = published,
): ChartValues {
    const { image: packages } = imageValues("trustPackages", images);
    return {
        ...imageValues("trustManager", images),
        ...(packages === undefined ? {} : { defaultPackageImage: packages }),
        crds: { enabled: true },
        // The only namespace whose ConfigMaps may become a source of trust.
        app: { trust: { namespace: trustNamespace } },
        ...(highAvailability
            ? {
                  replicaCount: 2,
                  resources: resources("20m", "64Mi", "256Mi"),
                  // An init container that copies one file, and that a quota counts as well.
                  defaultPackage: { resources: resources("10m", "16Mi", "64Mi") },
                  podDisruptionBudget: { enabled: true, minAvailable: 1 },
                  topologySpreadConstraints: spread({ app: "trust-manager" }),
              }
            : {}),
    };
}

/** Several replicas of one of cert-manager's components, apart from each other. */
function available(component: string, replicaCount: number, cpu: string, memory: string, memoryLimit: string) {
    return {
        replicaCount,
        resources: resources(cpu, memory, memoryLimit),
        podDisruptionBudget: { enabled: true, minAvailable: 1 },
        topologySpreadConstraints: spread({
            "app.kubernetes.io/instance": "cert-manager",
            "app.kubernetes.io/component": component,
        }),
    };
}

/** No limit on the processor: it would only slow down a controller that others wait for. */
function resources(cpu: string, memory: string, memoryLimit: string) {
    return { requests: { cpu, memory }, limits: { memory: memoryLimit } };
}

/** Over zones and nodes as far as there are several. */
function spread(matchLabels: Readonly<Record<string, string>>) {
    return ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels },
    }));
}
