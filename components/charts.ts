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
} as const satisfies Record<string, Chart>;

/**
 * Gateway API's custom resource definitions: a manifest, since there is no chart. From the experimental channel,
 * because Linkerd watches TLSRoute v1alpha2, which the standard channel no longer serves since 1.5.
 */
export const gatewayApi = {
    file: "gateway-api-1.5.1-experimental.yaml",
    url: "https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.5.1/experimental-install.yaml",
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
    if (mirror === undefined) {
        return chart.repository.startsWith("oci://")
            ? inRegistry(chart, chart.repository)
            : { chart: chart.name, version: chart.version, repositoryOpts: { repo: chart.repository } };
    }
    if (mirror.startsWith("oci://")) {
        return inRegistry(chart, mirror);
    }
    return { chart: `${withoutSlash(mirror)}/${chartFile(chart)}` };
}

function inRegistry({ name, version }: Chart, registry: string): ChartReference {
    return { chart: `${withoutSlash(registry)}/${name}`, version };
}

/** Charts that only a stack with nodes of Karpenter's has. */
export const chartsOfKarpenter: readonly Chart[] = [charts.karpenterCrds, charts.karpenter];

/** Where the Gateway API manifest is: a path or an `https://` address. An OCI mirror holds charts only. */
export function gatewayApiLocation(mirror: ChartMirror): string {
    return mirror === undefined || mirror.startsWith("oci://")
        ? gatewayApi.url
        : `${withoutSlash(mirror)}/${gatewayApi.file}`;
}

function withoutSlash(mirror: string): string {
    return mirror.replace(/\/+$/, "");
}
