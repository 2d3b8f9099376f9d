/** What a stack gets unless it names another version. The rehearsal installs it, and the tests run it. */
export const defaultAirflowVersion = "3.3.2";

/** Airflow's official image. Every container that runs Airflow takes its tag from here. */
export const airflowRepository = "apache/airflow";

/**
 * The FAB auth manager has tables of its own for users and roles, which `airflow db migrate` creates only if this is
 * the configured auth manager. So the migration and the chart must use the same one.
 */
export const authManager = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager";

export function airflowImage(version: string): string {
    return `${airflowRepository}:${version}`;
}

/** The user and group that the image is built for. */
export const airflowUser = { runAsUser: 50000, runAsGroup: 0, fsGroup: 0 } as const;
