import type * as pulumi from "@pulumi/pulumi";

import { type ChartValues } from "../../chart-values.ts";

/** Where task logs go when their task ends, instead of staying with a pod that is deleted. */
export interface RemoteLogs {
    /** The folder, as an address that Airflow has a provider for, such as `s3://bucket/logs`. */
    readonly folder: pulumi.Input<string>;
}

/**
 * Airflow's `[logging]` settings. Without a connection the provider asks the machine's own identity for credentials:
 * the account of the pod. A connection would have to be fetched by a task that has just ended.
 */
function settings(folder: string) {
    return {
        remote_logging: "True",
        remote_base_log_folder: folder,
        remote_log_conn_id: "",
        delete_local_logs: "True",
    };
}

/** For those that have `airflow.cfg`: the API server, which reads the logs, and the triggerer, which writes some. */
export function remoteLogsConfig(folder: string): ChartValues {
    // In that file a percent sign begins a reference.
    return { logging: settings(folder.replaceAll("%", "%%")) };
}

/** For task pods. */
export function remoteLogsEnvironment(folder: string) {
    return Object.entries(settings(folder)).map(([key, value]) => ({
        name: `AIRFLOW__LOGGING__${key.toUpperCase()}`,
        value,
    }));
}
