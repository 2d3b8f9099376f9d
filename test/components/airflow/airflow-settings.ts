import { officialImage } from "../../../components/airflow/airflow-image.ts";
import { defaultSizes } from "../../../components/airflow/airflow-sizes.ts";
import { type AirflowSettings } from "../../../components/airflow/airflow-values.ts";
import { defaultConcurrency } from "../../../components/airflow/concurrency.ts";
import { defaultDagBundles } from "../../../components/airflow/dags/dag-bundles.ts";
import { defaultKeys } from "../../../components/airflow/keys/key-generations.ts";
import { type TaskPod } from "../../../components/airflow/tasks/pod-template.ts";
import { defaultRetention } from "../../../components/airflow/retention.ts";

/** The settings of a stack that changes no default. */
export const airflowSettings: AirflowSettings = {
    version: "3.3.2",
    url: "https://airflow.example.com",
    highAvailability: false,
    databaseAuthority: { configMap: { name: "airflow-database-authority" } },
    logVolume: false,
    login: {},
    accountAnnotations: {},
    sizes: defaultSizes,
    concurrency: defaultConcurrency,
    dagBundles: defaultDagBundles,
    ownBundles: defaultDagBundles,
    teamLogins: [],
    retention: defaultRetention,
    keys: defaultKeys,
    secretVersions: { login: "a1b2c3d4", dagBundles: {} },
    teams: { executor: "team_executor.TeamKubernetesExecutor" },
    chartValues: {},
    common: {},
};

/** The task pod of such a stack. */
export const taskPod: TaskPod = {
    image: officialImage(airflowSettings.version),
    size: defaultSizes.task,
};
