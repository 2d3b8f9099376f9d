import { type TeamQuota } from "./team.ts";

/** What a pod asks for that is no task. */
export interface PartSize {
    /** In Kubernetes' notation, such as `200m`. */
    readonly cpu: string;
    readonly memory: string;
    /** Defaults to the request. */
    readonly memoryLimit?: string | undefined;
}

/**
 * A quota as Kubernetes writes it. Services that reach out of the cluster are none of a task's. The parts that the platform
 * runs for the team come on top, with their proxies, so that a team has for its tasks what its quota says.
 */
export function quotaLimits(quota: TeamQuota, parts: readonly PartSize[] = []): Record<string, string> {
    if (parts.length === 0) {
        return limits(quota);
    }
    const proxies = parts.length;
    const sum = (amounts: readonly number[]) => amounts.reduce((all, amount) => all + amount, 0);
    const memory = sum([
        mebibytes(quota.memory),
        ...parts.map((part) => mebibytes(part.memoryLimit ?? part.memory) + proxyReserve.memoryMi),
    ]);
    const milli = sum([
        1000 * cores(quota.cpu),
        ...parts.map((part) => 1000 * cores(part.cpu) + proxyReserve.cpuMilli),
    ]);
    return limits({
        pods: quota.pods + parts.length,
        cpu: `${Math.ceil(milli)}m`,
        memory: `${memory}Mi`,
        ephemeralStorage: `${mebibytes(quota.ephemeralStorage) + proxies * proxyReserve.ephemeralMi}Mi`,
    });
}

function limits({ pods, cpu, memory, ephemeralStorage }: TeamQuota): Record<string, string> {
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

/** For the proxy of a part, and for the disk of both its containers, by the limits above. */
const proxyReserve = { cpuMilli: 100, memoryMi: 256, ephemeralMi: 2048 };

/** Of processor time in Kubernetes' notation. */
export function cores(cpu: string): number {
    return cpu.endsWith("m") ? Number.parseInt(cpu, 10) / 1000 : Number(cpu);
}

/** Of memory in Mi or Gi. */
export function mebibytes(memory: string): number {
    return Number.parseInt(memory, 10) * (memory.endsWith("Gi") ? 1024 : 1);
}
