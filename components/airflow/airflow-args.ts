import type * as pulumi from "@pulumi/pulumi";

import { type ChartValues } from "../chart-values.ts";
import { type ChartMirror } from "../charts.ts";
import { type ImageSource } from "../images.ts";
import { type AirflowImage } from "./airflow-image.ts";
import { type AirflowSizes } from "./airflow-sizes.ts";
import { type Concurrency } from "./concurrency.ts";
import { type DagBundle } from "./dags/dag-bundles.ts";
import { type DatabaseArgs } from "./database/database.ts";
import { type KeyGenerations } from "./keys/key-generations.ts";
import { type LogVolumeArgs } from "./logs/log-volume.ts";
import { type LookupBackend } from "./secrets-backend/secrets-backend.ts";
import { type TaskPlacement } from "./tasks/pod-template.ts";
import { type TaskAdditions } from "./tasks/task-additions.ts";
import { type AirflowConfig } from "./settings/airflow-config.ts";
import { type DeclaredLookups } from "./settings/declared-lookups.ts";
import { type SecretConfig } from "./settings/task-environment.ts";
import { type Pool } from "./jobs/pools.ts";
import { type RemoteLogs } from "./logs/remote-logs.ts";
import { type Retention } from "./retention.ts";

export interface AirflowArgs {
    /** The namespace of Airflow's own components, as AirflowNamespace makes it. */
    namespace: pulumi.Input<string>;

    /** Airflow's version, such as `3.3.2`. Plain, because the migration is named after it. */
    version: string;

    /** Where the metadata lives. Plain, because it decides which resources exist. */
    database: DatabaseArgs["database"];

    /** The address that people use, without a path. Defaults to the API server's address inside the cluster. */
    url?: string;

    /** Two replicas of each component, with disruption budgets and spread over zones. Defaults to false. */
    highAvailability?: boolean;

    /** Where charts come from. Defaults to the official repositories. */
    mirror?: ChartMirror;

    /** Where images come from. Defaults to where each is published. */
    images?: ImageSource | undefined;

    /** The chart values that make people log in; they override `chartValues`. Defaults to none: nobody can log in. */
    login?: { readonly chartValues: ChartValues };

    /** Resources of each component and of task pods. Defaults to what a few hundred DAGs need. */
    sizes?: AirflowSizes;

    /** How much runs at once. Defaults to Airflow's own values, except for how fast task pods are created. */
    concurrency?: Concurrency;

    /** Where DAGs come from. Plain, because it decides which resources exist. Defaults to a folder of the image. */
    dagBundles?: readonly DagBundle[];

    /** Slots that tasks share. Plain, because it decides which resources exist. Defaults to Airflow's own pool. */
    pools?: readonly Pool[];

    /** How long logs, runs and finished pods are kept. Defaults to 15 days, 90 days and a quarter of an hour. */
    retention?: Retention;

    /** Which keys encrypt and sign. Plain, because it decides which resources exist. Defaults to the first ones. */
    keys?: KeyGenerations;

    /**
     * Keeps the logs of tasks on a volume, for development. Plain, because it decides which resources exist. Defaults
     * to none.
     */
    logVolume?: Pick<LogVolumeArgs, "storageGb" | "hostPath">;

    /** Where the logs of ended tasks are kept. Defaults to nowhere: they are lost with the task's pod. */
    remoteLogs?: RemoteLogs;

    /**
     * Where the API server and the triggerer look up connections and variables before the metadata database. Defaults to
     * nowhere.
     */
    secretsBackend?: LookupBackend;

    /**
     * Annotations of service accounts, which IRSA needs, by the account's name without `airflow-`, such as
     * `api-server`. Defaults to none.
     */
    serviceAccountAnnotations?: Readonly<Record<string, pulumi.Input<Record<string, string>>>>;

    /** The only nodes that tasks run on. Defaults to any node without a taint. */
    taskPlacement?: TaskPlacement;

    /** Where tasks run and as whom, which is never beside Airflow. Plain, because it decides which resources exist. */
    teams: TeamTasks;

    /**
     * The image that everything of Airflow runs. Plain, because Jobs are named after it. Defaults to Airflow's official one
     * of the version.
     */
    image?: AirflowImage | undefined;

    /**
     * Options of airflow.cfg, by section, for components, Jobs and tasks. Plain, because Jobs are named after them. Defaults
     * to Airflow's own.
     */
    config?: AirflowConfig;

    /** Options that are secrets, by section. They arrive by a Secret. Defaults to none. */
    secretConfig?: SecretConfig;

    /** What tasks get besides what Airflow needs, of which only resources are not their namespaces' to bring. Defaults to nothing. */
    taskAdditions?: TaskAdditions;

    /** Connections and variables for every task. The tasks' namespaces bring their Secret. Defaults to none. */
    lookups?: DeclaredLookups;

    /** Values of Airflow's chart. Those that the platform's security depends on override them. Defaults to none. */
    chartValues?: ChartValues;
}

/** How tasks run as their teams, or in a stack without teams as everybody's. */
export interface TeamTasks {
    /** The chart values by which each task runs as its team; they override all others. */
    readonly chartValues: ChartValues;
    /** Where tasks run: namespaces that give Airflow's components the rights that they need there. */
    readonly namespaces: readonly string[];
    /** Teams whose DAG files are read, and whose triggers run, apart from everybody else's, with logins of their own. */
    readonly isolated: readonly string[];
}
