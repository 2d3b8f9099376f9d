import { type ChartValues } from "../chart-values.ts";

/** How long Airflow keeps what it leaves behind. Schedules are cron expressions in UTC. */
export interface Retention {
    /** Days that logs stay on the disks of scheduler, DAG processor and triggerer. */
    readonly componentLogsDays: number;
    /** Days that runs, task instances and their logs' entries stay in the metadata database. */
    readonly metadataDays: number;
    /** When what is older is deleted from the metadata database. */
    readonly metadataSchedule: string;
    /** When pods of tasks that ended are deleted. Airflow itself deletes all but those whose task never got to start. */
    readonly podsSchedule: string;
}

export const defaultRetention: Retention = {
    // The chart's own.
    componentLogsDays: 15,
    // A quarter can be looked at. Without an end the tables grow until the scheduler is slow.
    metadataDays: 90,
    // Each night, so that each has little to delete, and before most of Europe and America works.
    metadataSchedule: "30 2 * * *",
    // The chart's own.
    podsSchedule: "*/15 * * * *",
};

/** What removes old logs beside each component that writes any to its disk. */
export function logGroomerValues({ componentLogsDays }: Retention): ChartValues {
    const logGroomerSidecar = {
        enabled: true,
        retentionDays: componentLogsDays,
        resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "64Mi" } },
    };
    return { scheduler: { logGroomerSidecar }, dagProcessor: { logGroomerSidecar }, triggerer: { logGroomerSidecar } };
}
