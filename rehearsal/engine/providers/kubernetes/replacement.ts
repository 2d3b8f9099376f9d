import { type Change } from "../../provider.ts";

/** Fields that the API server keeps as they are, and those that Pulumi's provider replaces an object for. */
const fixed: Readonly<Record<string, readonly string[]>> = {
    ConfigMap: ["data", "binaryData"],
    DaemonSet: ["spec.selector"],
    Deployment: ["spec.selector"],
    Job: ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
    ClusterRoleBinding: ["roleRef"],
    PersistentVolume: ["spec"],
    PersistentVolumeClaim: ["spec"],
    PodDisruptionBudget: ["spec"],
    Pod: ["spec"],
    ReplicationController: ["spec.selector"],
    ResourceQuota: ["spec.scopes"],
    RoleBinding: ["roleRef"],
    Secret: ["type", "data", "stringData"],
    Service: ["spec.clusterIP"],
    StatefulSet: [
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
    ],
    StorageClass: ["parameters", "provisioner"],
};

const builtIn = /^(v1|(apps|batch|policy)\/.*|(rbac\.authorization|storage)\.k8s\.io\/.*)$/;

/** The paths among the changes that cannot be changed in place. */
export function replacePaths(
    apiVersion: string,
    kind: string,
    changes: readonly Change[],
    mutable: ReadonlySet<string>,
): string[] {
    const own = builtIn.test(apiVersion) ? (fixed[kind] ?? []) : [];
    const kept = mutable.has(kind) ? own.filter((field) => !/^(data|binaryData|stringData)$/.test(field)) : own;
    const fields = [...kept, "metadata.name", "metadata.namespace", "kind"];
    return changes.map((change) => change.path).filter((path) => fields.some((field) => touches(path, field)));
}

/** `spec.template` stands for all that is in it, and goes when `spec` goes. */
function touches(path: string, field: string): boolean {
    return (
        path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`) || field.startsWith(`${path}.`)
    );
}
