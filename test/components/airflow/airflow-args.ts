import { type AirflowArgs } from "../../../components/airflow/airflow-args.ts";
import { databaseKinds } from "./database/database-kinds.ts";

/** What an Airflow with its own database registers. */
export const airflowKinds = [
    ...databaseKinds,
    "kubernetes:helm.sh/v3:Release",
    "random:index/randomBytes:RandomBytes",
    "random:index/randomString:RandomString",
    "kubernetes:batch/v1:Job",
    "kubernetes:batch/v1:CronJob",
    "kubernetes:rbac.authorization.k8s.io/v1:Role",
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
];

/** The least that an Airflow takes. */
export const airflowArgs: AirflowArgs = {
    namespace: "airflow",
    version: "3.3.2",
    database: { kind: "in-cluster", storageGb: 1 },
    teams: {
        chartValues: { executor: "team_executor.TeamKubernetesExecutor" },
        namespaces: ["team-a"],
        isolated: [],
    },
};
