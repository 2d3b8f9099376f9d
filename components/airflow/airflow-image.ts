/** What a stack gets unless it names another version. The rehearsal installs it, and the tests run it. */
export const defaultAirflowVersion = "3.3.2";

/** Airflow's official image. */
export const airflowRepository = "apache/airflow";

/**
 * The FAB auth manager has tables of its own for users and roles, which `airflow db migrate` creates only if this is
 * the configured auth manager. So the migration and the chart must use the same one.
 */
export const authManager = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager";

/** When a node pulls an image that it has already. */
export const PullPolicy = { ifNotPresent: "IfNotPresent", always: "Always" } as const;

export type PullPolicy = (typeof PullPolicy)[keyof typeof PullPolicy];

/** The one image that components, Jobs and tasks run. Every container that runs Airflow takes it from here. */
export interface AirflowImage {
    /** Without a tag, such as `registry.example.com/airflow`. */
    readonly repository: string;
    /** Ignored where there is a digest. */
    readonly tag: string;
    /** Such as `sha256:…`, which no registry can give to another image. Defaults to none: the tag says which. */
    readonly digest?: string | undefined;
    readonly pullPolicy: PullPolicy;
    /** The Secret by which nodes pull it, in each namespace where it runs. Defaults to none: by the node's own right. */
    readonly pullSecret?: string | undefined;
}

export function officialImage(version: string): AirflowImage {
    return { repository: airflowRepository, tag: version, pullPolicy: PullPolicy.ifNotPresent };
}

/** The image as a container names it: what Airflow's chart makes of the same values. */
export function imageReference({ repository, tag, digest }: AirflowImage): string {
    return digest === undefined ? `${repository}:${tag}` : `${repository}@${digest}`;
}

/** What a pod says of how its image is pulled. */
export function pullSecrets({ pullSecret }: AirflowImage) {
    return pullSecret === undefined ? {} : { imagePullSecrets: [{ name: pullSecret }] };
}

/** The user and group that the image is built for. */
export const airflowUser = { runAsUser: 50000, runAsGroup: 0, fsGroup: 0 } as const;
