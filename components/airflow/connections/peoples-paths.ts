import { type NonEmpty, type Requests } from "../../connection.ts";

/** What Airflow's web server has for people and programs: the REST API, what its own pages ask, the login, and files. */
const served = ["api/v2", "ui", "auth", "static", "pluginsv2", "docs", "redoc"];

/** The pages of Airflow 3.3's UI, at which people come in by a link: its router's first names. */
const pages = [
    "assets",
    "asset_events",
    "backfills",
    "configs",
    "connections",
    "dag_runs",
    "dags",
    "deadlines",
    "events",
    "jobs",
    "plugin",
    "plugins",
    "pools",
    "providers",
    "required_actions",
    "security",
    "task_instances",
    "variables",
    "xcoms",
];

/**
 * The paths that people may ask for, each by name. "Everything but /execution/" would not do: the mesh compares a path as it
 * was sent, and Airflow takes /%65xecution/ for /execution/.
 */
export function peoplesPaths(basePath: string): NonEmpty<Requests> {
    return [
        { path: { exact: `${basePath}/` } },
        { path: { exact: `${basePath}/openapi.json` } },
        ...[...served, ...pages].map((name) => ({ path: { below: `${basePath}/${name}/` } })),
    ];
}
