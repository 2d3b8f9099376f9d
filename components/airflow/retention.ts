import { type ChartValues } from "../chart-values.ts";

/** How long Airflow keeps logs, records and pods. Schedules are cron expressions in UTC. */
export interface Retention {
    /** Days that logs stay on the disks of scheduler, DAG processor and triggerer. */
    readonly componentLogsDays: number;
    /** Days that runs, task instances and log records stay in the metadata database. */
    readonly metadataDays: number;
    /** When older records are deleted from the metadata database. */
    readonly metadataSchedule: string;
    /**
     * When the pods of ended tasks are deleted. Airflow itself deletes them too, except those whose task never started.
     */
    readonly podsSchedule: string;
}

export const defaultRetention: Retention = {
    // The chart's default.
    componentLogsDays: 15,
    // A quarter of a year. Without a limit the tables grow until the scheduler is slow.
    metadataDays: 90,
    // Each night, so that there is little to delete, before working hours in Europe and America.
    metadataSchedule: "30 2 * * *",
    // The chart's default.
    podsSchedule: "*/15 * * * *",
};

/** The sidecar that deletes old logs, for each component that writes logs to its disk. */
export function logGroomerValues({ componentLogsDays }: Retention): ChartValues {
    const logGroomerSidecar = {
        enabled: true,
        retentionDays: componentLogsDays,
        resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "64Mi" } },
    };
    return { scheduler: { logGroomerSidecar }, dagProcessor: { logGroomerSidecar }, triggerer: { logGroomerSidecar } };
}
