import type * as pulumi from "@pulumi/pulumi";

import { type ChartValues } from "../../chart-values.ts";

/** Where task logs are uploaded when the task ends, because its pod is deleted. */
export interface RemoteLogs {
    /** The folder, as a URL of a storage that Airflow has a provider for, such as `s3://bucket/logs`. */
    readonly folder: pulumi.Input<string>;
}

/**
 * Airflow's `[logging]` settings. They name no connection, so the provider uses the credentials of the pod's service
 * account. A task could not fetch a connection, because it has already ended.
 */
function settings(folder: string) {
    return {
        remote_logging: "True",
        remote_base_log_folder: folder,
        remote_log_conn_id: "",
        delete_local_logs: "True",
    };
}

/** For components that read `airflow.cfg`: the API server, which reads logs, and the triggerer, which writes some. */
export function remoteLogsConfig(folder: string): ChartValues {
    // Percent signs are doubled, because a single one starts an interpolation in airflow.cfg.
    return { logging: settings(folder.replaceAll("%", "%%")) };
}

/** For task pods. */
export function remoteLogsEnvironment(folder: string) {
    return Object.entries(settings(folder)).map(([key, value]) => ({
        name: `AIRFLOW__LOGGING__${key.toUpperCase()}`,
        value,
    }));
}
