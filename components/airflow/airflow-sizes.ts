import { type ChartValues } from "../chart-values.ts";

/** What a container asks for and may take, in Kubernetes' own notation. */
export interface ContainerSize {
    /** Processor time asked for, such as `200m`. There is no limit: a throttled scheduler misses its heartbeats. */
    readonly cpu: string;
    /** Memory asked for, such as `1Gi`. */
    readonly memory: string;
    /** Memory at which the container is killed. Defaults to what it asks for, so that no node promises it twice. */
    readonly memoryLimit?: string | undefined;
}

export interface ComponentSize extends ContainerSize {
    /** Defaults to two when highly available, else one. */
    readonly replicas?: number | undefined;
}

/** The parts of Airflow that the chart runs, by its names for them. */
export const sizedComponents = ["scheduler", "apiServer", "dagProcessor", "triggerer", "pgbouncer"] as const;

export type SizedComponent = (typeof sizedComponents)[number];

export interface AirflowSizes extends Readonly<Record<SizedComponent, ComponentSize>> {
    /** Each task's pod, unless the task asks for something else. */
    readonly task: ContainerSize;
}

/** For some hundred DAGs. The API server holds every DAG that somebody looks at, hence the most memory. */
export const defaultSizes = {
    scheduler: { cpu: "200m", memory: "1Gi" },
    apiServer: { cpu: "200m", memory: "2Gi" },
    dagProcessor: { cpu: "200m", memory: "1Gi" },
    triggerer: { cpu: "100m", memory: "1Gi" },
    pgbouncer: { cpu: "50m", memory: "128Mi" },
    // Most tasks wait for something elsewhere: they start on little and may grow.
    task: { cpu: "100m", memory: "256Mi", memoryLimit: "1Gi" },
} as const satisfies AirflowSizes;

export function replicas(size: ComponentSize, highAvailability: boolean): number {
    return size.replicas ?? (highAvailability ? 2 : 1);
}

export function resources({ cpu, memory, memoryLimit }: ContainerSize) {
    return { requests: { cpu, memory }, limits: { memory: memoryLimit ?? memory } };
}

/**
 * The chart gives a minute. A first start writes hundreds of permissions, and on a busy node each try would be cut short
 * and begin anew. It costs nobody anything: who is started sooner is ready sooner.
 */
const startupProbe = { periodSeconds: 10, failureThreshold: 60 };

const startsSlowly = new Set<SizedComponent>(["scheduler", "apiServer"]);

/** How often and how large the chart makes each part, and how it keeps one of them while others move. */
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

/** The chart's word for a component in its pods' labels. */
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
        // Rather two in one zone than one that waits for a zone that is gone.
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: { component: labels[component], release: "airflow" } },
    });
    return {
        podDisruptionBudget: { enabled: true, config: { maxUnavailable: 1 } },
        topologySpreadConstraints: [spread("topology.kubernetes.io/zone"), spread("kubernetes.io/hostname")],
    };
}
