import { type TeamQuota } from "./team.ts";

/** A quota as Kubernetes writes it. Services that reach out of the cluster are none of a task's. */
export function quotaLimits({ pods, cpu, memory, ephemeralStorage }: TeamQuota): Record<string, string> {
    return {
        pods: `${pods}`,
        "requests.cpu": cpu,
        "requests.memory": memory,
        "limits.memory": memory,
        "requests.ephemeral-storage": ephemeralStorage,
        "limits.ephemeral-storage": ephemeralStorage,
        services: "0",
        persistentvolumeclaims: "1",
    };
}

/**
 * What a container gets that asks for nothing, such as Linkerd's: a quota counts only what is asked for, and refuses what
 * asks for nothing.
 */
export const containerLimits = {
    type: "Container",
    defaultRequest: { cpu: "20m", memory: "64Mi", "ephemeral-storage": "128Mi" },
    default: { memory: "256Mi", "ephemeral-storage": "1Gi" },
};
