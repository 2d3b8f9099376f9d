import { charts } from "./charts.ts";

/** An image that a chart or the stack itself runs. */
export interface PlatformImage {
    /** The host that it is published at, whose place a mirror takes. */
    readonly registry: string;
    readonly repository: string;
    /** What the pinned chart, or the stack, runs. */
    readonly tag: string;
    /**
     * False where the chart takes a tag alone: Linkerd's charts put the tag into labels, which cannot hold a digest. What a
     * mirror has under such a tag must not change.
     */
    readonly byDigest: boolean;
}

const jetstack = { registry: "quay.io", tag: charts.certManager.version, byDigest: true };
const linkerd = { registry: "cr.l5d.io", tag: "edge-26.8.3", byDigest: false };
const hub = { registry: "docker.io", byDigest: true };

/** Every image of every chart in charts.ts, as far as the platform turns it on, and the stack's own. */
export const images = {
    /** The tag is airflow.version. */
    airflow: { ...hub, repository: "apache/airflow", tag: "3.3.2" },
    pgbouncer: { ...hub, repository: "apache/airflow", tag: "airflow-pgbouncer-2025.03.05-1.23.1" },
    pgbouncerExporter: { ...hub, repository: "apache/airflow", tag: "airflow-pgbouncer-exporter-2025.03.05-0.18.0" },
    /** Of a database in the cluster, for development. */
    postgresql: { ...hub, repository: "library/postgres", tag: "17.6" },
    certManagerController: { ...jetstack, repository: "jetstack/cert-manager-controller" },
    certManagerWebhook: { ...jetstack, repository: "jetstack/cert-manager-webhook" },
    certManagerCainjector: { ...jetstack, repository: "jetstack/cert-manager-cainjector" },
    certManagerAcmesolver: { ...jetstack, repository: "jetstack/cert-manager-acmesolver" },
    certManagerStartupapicheck: { ...jetstack, repository: "jetstack/cert-manager-startupapicheck" },
    trustManager: { ...jetstack, repository: "jetstack/trust-manager", tag: charts.trustManager.version },
    trustPackages: { ...jetstack, repository: "jetstack/trust-pkg-debian-trixie", tag: "20250419.2" },
    linkerdController: { ...linkerd, repository: "linkerd/controller" },
    linkerdProxy: { ...linkerd, repository: "linkerd/proxy" },
    /** Of pods that ask for it by an annotation. */
    linkerdDebug: { ...linkerd, repository: "linkerd/debug" },
    vizMetricsApi: { ...linkerd, repository: "linkerd/metrics-api" },
    vizTap: { ...linkerd, repository: "linkerd/tap" },
    vizWeb: { ...linkerd, repository: "linkerd/web" },
    vizPrometheus: { ...hub, repository: "prom/prometheus", tag: "v2.55.1", byDigest: false },
    /** Of a stack with an entrance, as Envoy. The first is in the second's pods, too. */
    envoyGateway: { ...hub, repository: "envoyproxy/gateway", tag: charts.envoyGateway.version },
    envoy: { ...hub, repository: "envoyproxy/envoy", tag: "distroless-v1.39.1" },
    /** Where the stack runs what makes the entrance's load balancer. */
    loadBalancerController: {
        registry: "public.ecr.aws",
        repository: "eks/aws-load-balancer-controller",
        tag: `v${charts.loadBalancerController.version}`,
        byDigest: true,
    },
    /** Where tasks run on nodes of Karpenter's. */
    karpenter: {
        registry: "public.ecr.aws",
        repository: "karpenter/controller",
        tag: charts.karpenter.version,
        byDigest: true,
    },
} as const satisfies Record<string, PlatformImage>;

export type ImageName = keyof typeof images;

/** Images that can be named by digest. */
export const digestedImages = (Object.keys(images) as ImageName[]).filter((name) => images[name].byDigest);

/** Where images come from. */
export interface ImageSource {
    /**
     * A registry with a path, such as `registry.example.com/mirror`, that has each image under its own repository's name.
     * Defaults to where each is published.
     */
    readonly mirror?: string | undefined;
    /** By image. Defaults to the tags of the pinned charts. */
    readonly digests: Readonly<Partial<Record<ImageName, string>>>;
}

/** Each image from where it is published, by its tag. */
export const published: ImageSource = { digests: {} };

/** The image's repository at its source. */
export function repositoryOf(name: ImageName, { mirror }: ImageSource): string {
    const { registry, repository } = images[name];
    return `${mirror ?? registry}/${repository}`;
}

/** Values of an image as the charts of cert-manager take it. Nothing where the chart's own is meant. */
export function imageValues(name: ImageName, source: ImageSource) {
    const digest = source.digests[name];
    return source.mirror === undefined && digest === undefined
        ? {}
        : { image: { repository: repositoryOf(name, source), ...(digest === undefined ? {} : { digest }) } };
}

/** The tag that names the digest as well, for a chart that has no value for a digest and puts the tag into no label. */
export function tagOf(name: ImageName, { digests }: ImageSource): string {
    const digest = digests[name];
    return digest === undefined ? images[name].tag : `${images[name].tag}@${digest}`;
}
