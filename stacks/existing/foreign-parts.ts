import {
    type ExistingParts,
    type ForeignController,
    type ForeignDefinitions,
    type ForeignParts,
    type Owner,
} from "../../components/mesh/existing/parts.ts";
import { certManagerNamespace, linkerdNamespace, ownLabels } from "../../components/mesh/names.ts";
import { type ClusterReader } from "./cluster-view.ts";
import { forbidden } from "./permissions.ts";
import { foundPrometheus } from "./prometheus.ts";

interface Metadata {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly { readonly manager?: string }[];
}

interface Listed {
    readonly metadata: Metadata;
}

interface Deployment extends Listed {
    readonly spec: { readonly template: { readonly spec: { readonly containers: readonly { args?: string[] }[] } } };
    readonly status?: { readonly availableReplicas?: number };
}

/** Metadata alone: definitions of kinds have schemas of megabytes. */
const metadataOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/**
 * What others put into the cluster, of what the stack would put there. Pulumi writes its name into every object that it
 * makes, so what an earlier deployment made is not somebody else's.
 */
export async function foreignParts(
    view: ClusterReader,
    wanted: Pick<ExistingParts, "certManager" | "trustManager" | "prometheus">,
): Promise<ForeignParts> {
    const [deployments, namespaces, definitions] = await Promise.all([
        items<Deployment>(view, "/apis/apps/v1/deployments"),
        items<Listed>(view, "/api/v1/namespaces", metadataOnly),
        items<Listed>(view, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", metadataOnly),
    ]);
    const ours = namespaces.filter(({ metadata }) => isPulumis(metadata)).map(({ metadata }) => metadata.name);
    const foreign = deployments.filter(({ metadata }) => !isOurs(metadata, ours));
    const home = wanted.certManager?.namespace ?? certManagerNamespace;
    const ofGroup = (group: string) => definitions.filter(({ metadata }) => metadata.name.endsWith(`.${group}`));

    const others = (group: string) => asDefinitions(ofGroup(group).filter(({ metadata }) => !isPulumis(metadata)));

    const certManager = controller(foreign, isCertManager);
    const trustManager = controller(foreign, named("trust-manager"));
    const linkerd = controller(
        foreign,
        ({ labels }) => labels?.["linkerd.io/control-plane-component"] === "destination",
    );
    return {
        certManager,
        trustManager,
        linkerd,
        clusterIssuers: definitions.some(({ metadata }) => metadata.name === "clusterissuers.cert-manager.io")
            ? await foreignIssuers(view)
            : [],
        forbidden: await forbidden(view, wanted),
        prometheus: wanted.prometheus && (await foundPrometheus(view, wanted.prometheus)),
        gatewayApi: others("gateway.networking.k8s.io"),
        envoyGateway: others("gateway.envoyproxy.io"),
        leftOver: Object.fromEntries(
            (
                [
                    ["certManager", certManager, certManagerNamespace, "cert-manager.io"],
                    ["trustManager", trustManager, home, "trust.cert-manager.io"],
                    ["linkerd", linkerd, linkerdNamespace, "linkerd.io"],
                ] as const
            ).flatMap(([part, running, namespace, group]) => {
                const exact = ofGroup(group).filter(
                    ({ metadata }) => part !== "certManager" || !metadata.name.endsWith(".trust.cert-manager.io"),
                );
                // Those of a release of ours stay when it goes, and it takes them again.
                const left = asDefinitions(exact.filter(({ metadata }) => helmNamespace(metadata) !== namespace));
                return running === undefined && left !== undefined ? [[part, left]] : [];
            }),
        ),
    };
}

async function foreignIssuers(view: ClusterReader): Promise<string[]> {
    const issuers = await items<Listed>(view, "/apis/cert-manager.io/v1/clusterissuers", metadataOnly);
    return issuers.filter(({ metadata }) => !isPulumis(metadata)).map(({ metadata }) => metadata.name);
}

async function items<Item>(view: ClusterReader, path: string, accept?: string): Promise<Item[]> {
    // The API server writes an empty list of metadata as null.
    return ((await view.read(path, accept)) as { items: Item[] | null }).items ?? [];
}

function isPulumis({ managedFields = [] }: Metadata): boolean {
    return managedFields.some(({ manager }) => manager?.startsWith("pulumi-kubernetes") === true);
}

/** In a namespace of ours there is nothing of others. */
function isOurs({ namespace = "", labels = {} }: Metadata, namespaces: readonly string[]): boolean {
    return (
        Object.entries(ownLabels).every(([key, value]) => labels[key] === value) ||
        ([certManagerNamespace, linkerdNamespace].includes(namespace) && namespaces.includes(namespace))
    );
}

function isCertManager({ labels }: Metadata): boolean {
    return (
        named("cert-manager")({ labels } as Metadata) &&
        (labels?.["app.kubernetes.io/component"] ?? "controller") === "controller"
    );
}

function named(name: string) {
    return ({ labels }: Metadata): boolean => labels?.["app.kubernetes.io/name"] === name || labels?.app === name;
}

function controller(
    deployments: readonly Deployment[],
    is: (metadata: Metadata) => boolean,
): ForeignController | undefined {
    const found = deployments.find(({ metadata }) => is(metadata));
    return (
        found && {
            namespace: found.metadata.namespace ?? "",
            owner: ownerOf(found.metadata),
            version: found.metadata.labels?.["app.kubernetes.io/version"],
            args: found.spec.template.spec.containers.flatMap(({ args = [] }) => args),
            available: (found.status?.availableReplicas ?? 0) > 0,
        }
    );
}

function asDefinitions(definitions: readonly Listed[]): ForeignDefinitions | undefined {
    const [first] = definitions;
    return (
        first && {
            owner: ownerOf(first.metadata),
            version:
                first.metadata.annotations?.["gateway.networking.k8s.io/bundle-version"] ??
                first.metadata.labels?.["app.kubernetes.io/version"],
            names: definitions.map(({ metadata }) => metadata.name),
        }
    );
}

function helmNamespace({ annotations }: Metadata): string | undefined {
    return annotations?.["meta.helm.sh/release-namespace"];
}

function ownerOf(metadata: Metadata): Owner {
    const release = metadata.annotations?.["meta.helm.sh/release-name"];
    if (release !== undefined) {
        return { text: `the Helm release ${release} in namespace ${helmNamespace(metadata) ?? ""}` };
    }
    // Kubernetes' own controllers write the status of what others made.
    const manager = metadata.managedFields?.find(
        ({ manager: each }) => each !== undefined && !each.startsWith("kube-"),
    )?.manager;
    const by = /^kubectl/.test(manager ?? "kubectl") ? "kubectl" : String(manager);
    return { text: `plain manifests, applied by ${by}` };
}
