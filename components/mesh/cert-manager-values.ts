import { type ChartValues } from "../chart-values.ts";

export function certManagerValues(highAvailability: boolean): ChartValues {
    return {
        // Kept when the release goes: removing the definitions would remove every certificate of the cluster.
        crds: { enabled: true, keep: true },
        ...(highAvailability
            ? {
                  replicaCount: 2,
                  podDisruptionBudget: { enabled: true, minAvailable: 1 },
                  webhook: { replicaCount: 3, podDisruptionBudget: { enabled: true, minAvailable: 1 } },
                  cainjector: { replicaCount: 2, podDisruptionBudget: { enabled: true, minAvailable: 1 } },
              }
            : {}),
    };
}

export function trustManagerValues(highAvailability: boolean, trustNamespace: string): ChartValues {
    return {
        crds: { enabled: true },
        // The only namespace whose ConfigMaps may become a source of trust.
        app: { trust: { namespace: trustNamespace } },
        ...(highAvailability ? { replicaCount: 2 } : {}),
    };
}
