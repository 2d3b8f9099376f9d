import { type Change } from "../../engine/plugins/provider.ts";

/** What Pulumi's provider replaces an object for: fields that the API server keeps as they are, and some more. */
const fixed: Readonly<Record<string, string>> = {
    ConfigMap: "data binaryData",
    ClusterRoleBinding: "roleRef",
    DaemonSet: "spec.selector",
    Deployment: "spec.selector",
    Job: "spec.completions spec.parallelism spec.selector spec.template",
    PersistentVolume: "spec",
    PersistentVolumeClaim: "spec",
    Pod: "spec",
    PodDisruptionBudget: "spec",
    ReplicationController: "spec.selector",
    ResourceQuota: "spec.scopes",
    RoleBinding: "roleRef",
    Secret: "type data stringData",
    Service: "spec.clusterIP",
    StatefulSet:
        "spec.podManagementPolicy spec.revisionHistoryLimit spec.selector spec.serviceName spec.volumeClaimTemplates",
    StorageClass: "parameters provisioner",
};

const builtIn = /^(v1|(apps|batch|policy)\/.*|(rbac\.authorization|storage)\.k8s\.io\/.*)$/;

/** The fields of an object that cannot be changed in place. */
export function fixedFields(apiVersion: string, kind: string): readonly string[] {
    const own = builtIn.test(apiVersion) ? (fixed[kind]?.split(" ") ?? []) : [];
    return [...own, "metadata.name", "metadata.namespace"];
}

/** The paths among the changes that cannot be changed in place. */
export function replacePaths(
    apiVersion: string,
    kind: string,
    changes: readonly Change[],
    keepsData: boolean,
): string[] {
    const fields = fixedFields(apiVersion, kind).filter((field) => !(keepsData && /data$/i.test(field)));
    return changes.map(({ path }) => path).filter((path) => fields.some((field) => touches(path, field)));
}

/** `spec.template` stands for all that is in it, and goes when `spec` goes. */
const touches = (path: string, field: string): boolean =>
    [".", "["].some((separator) => `${path}.`.startsWith(field + separator)) || field.startsWith(`${path}.`);
