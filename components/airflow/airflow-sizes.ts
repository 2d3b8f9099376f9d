import { type ChartValues } from "../chart-values.ts";

/** Resource requests and limits of a container, in Kubernetes' notation. */
export interface ContainerSize {
    /** CPU request, such as `200m`. There is no CPU limit: a throttled scheduler misses its heartbeats. */
    readonly cpu: string;
    /** Memory request, such as `1Gi`. */
    readonly memory: string;
    /** Memory limit. Defaults to the request, so that no node is overcommitted. */
    readonly memoryLimit?: string | undefined;
}

export interface ComponentSize extends ContainerSize {
    /** Defaults to two when highly available, else one. */
    readonly replicas?: number | undefined;
}

/** The components that the chart runs, by its names for them. */
export const sizedComponents = ["scheduler", "apiServer", "dagProcessor", "triggerer", "pgbouncer"] as const;

export type SizedComponent = (typeof sizedComponents)[number];

export interface AirflowSizes extends Readonly<Record<SizedComponent, ComponentSize>> {
    /** Each task's pod, unless the task asks for something else. */
    readonly task: ContainerSize;
}

/** For a few hundred DAGs. The API server keeps every DAG that somebody views in memory, so it gets the most. */
export const defaultSizes = {
    scheduler: { cpu: "200m", memory: "1Gi" },
    apiServer: { cpu: "200m", memory: "2Gi" },
    dagProcessor: { cpu: "200m", memory: "1Gi" },
    triggerer: { cpu: "100m", memory: "1Gi" },
    pgbouncer: { cpu: "50m", memory: "128Mi" },
    // Most tasks wait for an external system: a low request and room to grow.
    task: { cpu: "100m", memory: "256Mi", memoryLimit: "1Gi" },
} as const satisfies AirflowSizes;

export function replicas(size: ComponentSize, highAvailability: boolean): number {
    return size.replicas ?? (highAvailability ? 2 : 1);
}

export function resources({ cpu, memory, memoryLimit }: ContainerSize) {
    return { requests: { cpu, memory }, limits: { memory: memoryLimit ?? memory } };
}

/**
 * Ten minutes to start. The chart allows one, but a first start writes hundreds of permissions: on a busy node the
 * container would be killed and start over each time. A container that starts sooner is still ready sooner.
 */
const startupProbe = { periodSeconds: 10, failureThreshold: 60 };

const startsSlowly = new Set<SizedComponent>(["scheduler", "apiServer"]);

/** Replicas, resources and startup probes of each component, and with high availability its spread and its budget. */
export function sizeValues(sizes: AirflowSizes, highAvailability: boolean): ChartValues {
    return Object.fromEntries(
        sizedComponents.map((component) => [
            component,
            {
                replicas: replicas(sizes[component], highAvailability),
                resources: resources(sizes[component]),
                ...(startsSlowly.has(component) ? { startupProbe } : {}),
                ...(highAvailability ? spreadOut(component) : {}),
            },
        ]),
    );
}

/** The value of the `component` label that the chart gives each component's pods. */
const labels: Record<SizedComponent, string> = {
    scheduler: "scheduler",
    apiServer: "api-server",
    dagProcessor: "dag-processor",
    triggerer: "triggerer",
    pgbouncer: "pgbouncer",
};

function spreadOut(component: SizedComponent): ChartValues {
    const spread = (topologyKey: string) => ({
        maxSkew: 1,
        topologyKey,
        // When a zone is down, two pods in one zone are better than one that cannot be scheduled.
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: { component: labels[component], release: "airflow" } },
    });
    return {
        podDisruptionBudget: { enabled: true, config: { maxUnavailable: 1 } },
        topologySpreadConstraints: [spread("topology.kubernetes.io/zone"), spread("kubernetes.io/hostname")],
    };
}
