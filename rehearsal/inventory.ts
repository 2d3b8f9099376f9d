import {
    AppsV1Api,
    BatchV1Api,
    CoreV1Api,
    KubeConfig,
    type V1LabelSelector,
    type V1Pod,
    type V1PodTemplateSpec,
} from "@kubernetes/client-node";

/** One workload that the stack deployed, as a person asks about it. */
export interface InventoryRow {
    readonly namespace: string;
    /** Kind and name, such as `Deployment/airflow-scheduler`. */
    readonly workload: string;
    /** Ready of wanted for what keeps running, `complete` or not for Jobs. */
    readonly state: string;
    /** `native sidecar`, `sidecar`, or `-` where no proxy runs. */
    readonly proxy: string;
    /** What the proxy does with a call that no policy names, such as `deny` or `audit`; `-` where no proxy runs. */
    readonly policy: string;
    readonly serviceAccount: string;
}

interface Workload {
    readonly kind: string;
    readonly name: string;
    readonly namespace: string;
    readonly state: string;
    readonly selector: V1LabelSelector | undefined;
    readonly template: V1PodTemplateSpec | undefined;
}

/** Kubernetes' own namespaces hold nothing that the stack deployed. */
const own = (namespace: string): boolean => !namespace.startsWith("kube-") && namespace !== "default";

/**
 * What runs in the cluster, workload by workload, read from the API server.
 *
 * @throws when the API server does not answer.
 */
export async function inventory(kubeconfig: string): Promise<InventoryRow[]> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const apps = config.makeApiClient(AppsV1Api);
    const [deployments, statefulSets, jobs, pods] = await Promise.all([
        apps.listDeploymentForAllNamespaces(),
        apps.listStatefulSetForAllNamespaces(),
        config.makeApiClient(BatchV1Api).listJobForAllNamespaces(),
        config.makeApiClient(CoreV1Api).listPodForAllNamespaces(),
    ]);
    const replicated = [
        ...deployments.items.map((item) => ({ kind: "Deployment", item })),
        ...statefulSets.items.map((item) => ({ kind: "StatefulSet", item })),
    ].map(({ kind, item }) => ({
        kind,
        name: item.metadata?.name ?? "",
        namespace: item.metadata?.namespace ?? "",
        state: `${String(item.status?.readyReplicas ?? 0)}/${String(item.spec?.replicas ?? 1)} ready`,
        selector: item.spec?.selector,
        template: item.spec?.template,
    }));
    const finite = jobs.items.map((item) => ({
        kind: "Job",
        name: item.metadata?.name ?? "",
        namespace: item.metadata?.namespace ?? "",
        state: (item.status?.succeeded ?? 0) > 0 ? "complete" : "not complete",
        selector: item.spec?.selector,
        template: item.spec?.template,
    }));
    return [...replicated, ...finite]
        .filter(({ namespace }) => own(namespace))
        .map((workload) => row(workload, pods.items))
        .sort((a, b) => a.namespace.localeCompare(b.namespace) || a.workload.localeCompare(b.workload));
}

function row({ kind, name, namespace, state, selector, template }: Workload, pods: readonly V1Pod[]): InventoryRow {
    const labels = Object.entries(selector?.matchLabels ?? {});
    const pod = pods.find(
        ({ metadata }) =>
            metadata?.namespace === namespace &&
            labels.length > 0 &&
            labels.every(([key, value]) => metadata.labels?.[key] === value),
    );
    return {
        namespace,
        workload: `${kind}/${name}`,
        state,
        proxy: proxyOf(pod),
        policy: defaultPolicyOf(pod),
        serviceAccount: template?.spec?.serviceAccountName ?? "default",
    };
}

function proxyOf(pod: V1Pod | undefined): string {
    if (pod?.spec?.initContainers?.some(({ name }) => name === "linkerd-proxy")) {
        return "native sidecar";
    }
    return pod?.spec?.containers.some(({ name }) => name === "linkerd-proxy") ? "sidecar" : "-";
}

/** Fixed in a pod when it is made, so a pod may still have what the stack had before. */
export function defaultPolicyOf(pod: Pick<V1Pod, "spec"> | undefined): string {
    const containers = [...(pod?.spec?.initContainers ?? []), ...(pod?.spec?.containers ?? [])];
    const proxy = containers.find(({ name }) => name === "linkerd-proxy");
    return proxy?.env?.find(({ name }) => name === "LINKERD2_PROXY_INBOUND_DEFAULT_POLICY")?.value ?? "-";
}

/** The rows as a table for a terminal. */
export function inventoryTable(rows: readonly InventoryRow[]): string {
    const head = ["NAMESPACE", "WORKLOAD", "STATE", "PROXY", "POLICY", "SERVICE ACCOUNT"];
    const body = rows.map((r) => [r.namespace, r.workload, r.state, r.proxy, r.policy, r.serviceAccount]);
    const widths = head.map((title, column) =>
        Math.max(title.length, ...body.map((cells) => (cells[column] ?? "").length)),
    );
    return [head, ...body]
        .map((cells) =>
            cells
                .map((cell, column) => cell.padEnd(widths[column] ?? 0))
                .join("  ")
                .trimEnd(),
        )
        .join("\n");
}
