import { type V1ConfigMap, type V1Secret } from "@kubernetes/client-node";

/** The cluster's ConfigMaps and Secrets, as last seen. */
export interface ClusterObjects {
    configMap(namespace: string, name: string): V1ConfigMap | undefined;
    secret(namespace: string, name: string): V1Secret | undefined;
}
