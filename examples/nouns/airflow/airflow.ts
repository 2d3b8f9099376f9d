import { Airflow, type AirflowNamespace, type TeamExecutor, type TeamNamespace } from "../../../components/index.ts";

/** Airflow with a small database of its own, whose tasks run in one team's namespace. */
export function airflow({ namespace }: AirflowNamespace, team: TeamNamespace, executor: TeamExecutor): Airflow {
    return new Airflow(
        "airflow",
        {
            namespace,
            version: "3.3.2",
            database: { kind: "in-cluster", storageGb: 10 },
            teams: { chartValues: executor.chartValues, namespaces: ["team-analytics"], isolated: [] },
        },
        { dependsOn: [team, executor] },
    );
}
