/** One Helm chart, pinned. */
export interface Chart {
    readonly name: string;
    readonly version: string;
    /** The official repository, used when no mirror is set: `https://`, or `oci://` with the chart's name below it. */
    readonly repository: string;
}

/** The only place that names chart repositories and versions. */
export const charts = {
    certManager: { name: "cert-manager", version: "v1.21.2", repository: "https://charts.jetstack.io" },
    trustManager: { name: "trust-manager", version: "v0.25.0", repository: "https://charts.jetstack.io" },
    // Linkerd publishes its open-source releases only as edge charts. The three are released together and must match.
    linkerdCrds: { name: "linkerd-crds", version: "2026.8.3", repository: "https://helm.linkerd.io/edge" },
    linkerdControlPlane: {
        name: "linkerd-control-plane",
        version: "2026.8.3",
        repository: "https://helm.linkerd.io/edge",
    },
    linkerdViz: { name: "linkerd-viz", version: "2026.8.3", repository: "https://helm.linkerd.io/edge" },
    airflow: { name: "airflow", version: "1.22.0", repository: "https://airflow.apache.org" },
    // Only where tasks run on nodes of Karpenter's. The two are released together and must match.
    karpenterCrds: { name: "karpenter-crd", version: "1.14.1", repository: "oci://public.ecr.aws/karpenter" },
    karpenter: { name: "karpenter", version: "1.14.1", repository: "oci://public.ecr.aws/karpenter" },
    /** Of a stack with an entrance. It is published in a registry alone. */
    envoyGateway: { name: "gateway-helm", version: "v1.9.1", repository: "oci://docker.io/envoyproxy" },
    /**
     * Where the stack itself runs what makes the entrance's load balancer. Helm makes its definitions with the first release
     * and never changes them: a version with others needs them applied before it.
     */
    loadBalancerController: {
        name: "aws-load-balancer-controller",
        version: "3.5.0",
        repository: "https://aws.github.io/eks-charts",
    },
} as const satisfies Record<string, Chart>;

/**
 * Gateway API's custom resource definitions: a manifest, since there is no chart. From the experimental channel,
 * because Linkerd watches TLSRoute v1alpha2, which the standard channel no longer serves since 1.5.
 */
export const gatewayApi = {
    file: "gateway-api-1.5.1-experimental.yaml",
    url: "https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.5.1/experimental-install.yaml",
} as const;

/**
 * Envoy Gateway's own definitions, of the same release as its chart: as a chart they are larger than Helm can keep. Those of
 * Gateway API, which its releases have as well, are the ones above.
 */
export const envoyGatewayDefinitions = {
    file: "envoy-gateway-1.9.1-definitions.yaml",
    url: "https://github.com/envoyproxy/gateway/releases/download/v1.9.1/envoy-gateway-crds.yaml",
} as const;

/** Where charts come from: a folder, an `https://` or an `oci://` address. Undefined for the official repositories. */
export type ChartMirror = string | undefined;

/** The arguments of a Helm release that say which chart it is. */
export interface ChartReference {
    readonly chart: string;
    readonly version?: string;
    readonly repositoryOpts?: { readonly repo: string };
}

/** The file that a mirror holds for a chart. */
export function chartFile(chart: Pick<Chart, "name" | "version">): string {
    return `${chart.name}-${chart.version}.tgz`;
}

/** Whether the mirror is a folder on the machine that deploys. */
export function isFolder(mirror: string): boolean {
    return !/^[a-z]+:\/\//.test(mirror);
}

/** The chart as Helm takes it. A path stays as it is written, relative to the project. */
export function chartReference(chart: Chart, mirror: ChartMirror): ChartReference {
    const source = mirror ?? chart.repository;
    if (source.startsWith("oci://")) {
        return { chart: `${withoutSlash(source)}/${chart.name}`, version: chart.version };
    }
    if (mirror === undefined) {
        return { chart: chart.name, version: chart.version, repositoryOpts: { repo: chart.repository } };
    }
    return { chart: `${withoutSlash(mirror)}/${chartFile(chart)}` };
}

/** Charts that only a stack with nodes of Karpenter's has. */
export const chartsOfKarpenter: readonly Chart[] = [charts.karpenterCrds, charts.karpenter];

/** Where the Gateway API manifest is: a path or an `https://` address. */
export function gatewayApiLocation(mirror: ChartMirror): string {
    return manifestLocation(gatewayApi, mirror);
}

/** Where Envoy Gateway's definitions are. */
export function envoyGatewayLocation(mirror: ChartMirror): string {
    return manifestLocation(envoyGatewayDefinitions, mirror);
}

/** An OCI mirror holds charts only. */
function manifestLocation({ file, url }: { readonly file: string; readonly url: string }, mirror: ChartMirror): string {
    return mirror === undefined || mirror.startsWith("oci://") ? url : `${withoutSlash(mirror)}/${file}`;
}

function withoutSlash(mirror: string): string {
    return mirror.replace(/\/+$/, "");
}
