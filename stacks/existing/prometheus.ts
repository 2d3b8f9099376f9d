import { type ExistingPrometheus } from "../../components/mesh/connections/workloads.ts";
import { type FoundPrometheus } from "../../components/mesh/existing/parts.ts";
import { type ClusterReader } from "./cluster-view.ts";

interface Annotated {
    readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
}

interface Service {
    readonly metadata: { readonly name: string };
    readonly spec: { readonly ports?: readonly { readonly port: number }[] };
}

interface Pod extends Annotated {
    readonly spec: { readonly serviceAccountName?: string };
    readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const inject = "linkerd.io/inject";

/** What is in the cluster where a stack says that a Prometheus is. */
export async function foundPrometheus(
    view: Pick<ClusterReader, "read">,
    { namespace, service, labels }: ExistingPrometheus,
): Promise<FoundPrometheus> {
    const selector = encodeURIComponent(
        Object.entries(labels)
            .map(([key, value]) => `${key}=${value}`)
            .join(","),
    );
    const here = `/api/v1/namespaces/${namespace}`;
    const [services, pods, homes] = await Promise.all([
        items<Service>(view, `${here}/services`),
        items<Pod>(view, `${here}/pods?labelSelector=${selector}`),
        items<Annotated>(view, `/api/v1/namespaces?fieldSelector=metadata.name%3D${namespace}`),
    ]);
    const usual = homes[0]?.metadata.annotations?.[inject];
    return {
        ports: services.find(({ metadata }) => metadata.name === service)?.spec.ports?.map(({ port }) => port),
        pods: pods.map(({ metadata, spec, status }) => ({
            serviceAccount: spec.serviceAccountName ?? "default",
            ready: status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") === true,
            meshed: ["enabled", "ingress"].includes(metadata.annotations?.[inject] ?? usual ?? "disabled"),
        })),
    };
}

async function items<Item>(view: Pick<ClusterReader, "read">, path: string): Promise<Item[]> {
    return ((await view.read(path)) as { items: Item[] | null }).items ?? [];
}
