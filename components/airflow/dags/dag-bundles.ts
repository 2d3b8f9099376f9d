import {
    connectionId,
    credentialsFolder,
    credentialsSecret,
    GitCredentialsKind,
    type GitSshKey,
    type GitToken,
} from "./git-credentials.ts";

/** Where DAGs come from. */
export const DagBundleKind = {
    /** A git repository, which the DAG processor and every task fetch for themselves. */
    git: "git",
    /** A folder in the image. */
    local: "local",
} as const;

export interface GitBundle {
    readonly kind: typeof DagBundleKind.git;
    readonly name: string;
    /** The repository's URL: `https://…`, `ssh://…` or `git@host:path`. */
    readonly repository: string;
    /** The branch, tag or commit to follow. */
    readonly ref: string;
    /** The folder within the repository. Defaults to the whole of it. */
    readonly path?: string | undefined;
    /**
     * Whether the repository's submodules are fetched too, from the same server and with the same credentials. Defaults
     * to not.
     */
    readonly submodules?: boolean | undefined;
    /** Seconds between two fetches of the repository. */
    readonly refreshSeconds: number;
    /** Defaults to none, for a public repository. */
    readonly credentials?: GitToken | GitSshKey | undefined;
}

export interface LocalBundle {
    readonly kind: typeof DagBundleKind.local;
    readonly name: string;
    /** The folder in Airflow's image. */
    readonly path: string;
    /** Seconds between two searches for new and deleted files. */
    readonly refreshSeconds: number;
}

export type DagBundle = GitBundle | LocalBundle;

/** Airflow's default: the folder where images with DAGs in them keep the DAGs. */
export const defaultDagBundles = [
    { kind: DagBundleKind.local, name: "dags-folder", path: "/opt/airflow/dags", refreshSeconds: 300 },
] as const satisfies readonly DagBundle[];

/**
 * The list as Airflow reads it, `[dag_processor] dag_bundle_config_list`. It names connections and holds no secret. Whose
 * the bundles are is said only to the DAG processor of an isolated team.
 */
export function bundleList(bundles: readonly DagBundle[], team?: string): string {
    return JSON.stringify(
        bundles.map((bundle) => ({
            ...(bundle.kind === DagBundleKind.git
                ? {
                      name: bundle.name,
                      classpath: "airflow.providers.git.bundles.git.GitDagBundle",
                      kwargs: {
                          repo_url: bundle.repository,
                          tracking_ref: bundle.ref,
                          ...(bundle.path === undefined ? {} : { subdir: bundle.path }),
                          ...(bundle.submodules === true ? { submodules: true } : {}),
                          git_conn_id: connectionId(bundle.name),
                          refresh_interval: bundle.refreshSeconds,
                      },
                  }
                : {
                      name: bundle.name,
                      classpath: "airflow.dag_processing.bundles.local.LocalDagBundle",
                      kwargs: { path: bundle.path, refresh_interval: bundle.refreshSeconds },
                  }),
            ...(team === undefined ? {} : { team_name: team }),
        })),
    );
}

/**
 * Environment and volumes by which a container gets the credentials of bundles. For the DAG processor and task pods,
 * which look up connections in their environment first. Not for the API server, which would give a connection in its
 * environment to every task that asks for it by name. The Secrets are optional, because one pod template serves every
 * namespace: a task gets only the credentials whose Secrets are in its own namespace.
 */
export function bundleAccess(bundles: readonly DagBundle[]) {
    const withCredentials = bundles.flatMap((bundle) =>
        bundle.kind === DagBundleKind.git && bundle.credentials !== undefined
            ? [{ name: bundle.name, kind: bundle.credentials.kind }]
            : [],
    );
    const withKnownHosts = withCredentials.filter(({ kind }) => kind === GitCredentialsKind.sshKey);
    const volume = (bundle: string) => `dag-bundle-${bundle}`;
    return {
        env: withCredentials.map(({ name }) => {
            const secret = credentialsSecret(name);
            return {
                name: `AIRFLOW_CONN_${connectionId(name).toUpperCase()}`,
                valueFrom: { secretKeyRef: { name: secret.name, key: secret.connection, optional: true } },
            };
        }),
        volumes: withKnownHosts.map(({ name }) => {
            const secret = credentialsSecret(name);
            return {
                name: volume(name),
                secret: {
                    secretName: secret.name,
                    // Only the known hosts. The private key is in the environment.
                    items: [{ key: secret.knownHosts, path: secret.knownHosts }],
                    optional: true,
                },
            };
        }),
        volumeMounts: withKnownHosts.map(({ name }) => ({
            name: volume(name),
            mountPath: credentialsFolder(name),
            readOnly: true,
        })),
    };
}
