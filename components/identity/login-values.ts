import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";

import { type ChartValues } from "../chart-values.ts";

/** The ConfigMaps with the settings and the program, and the Secret with what the client proves itself with. */
export const loginObjects = {
    settings: { name: "airflow-login", key: "login.json", authority: "authority.crt", breakGlass: "break-glass.json" },
    python: { name: "airflow-login-python" },
    client: { name: "airflow-login-client", key: "client-secret", privateKey: "client-key" },
} as const;

/** Where webserver_config.py reads them. */
const folder = "/etc/airflow-login";

const configuration = readFileSync(new URL("webserver_config.py", import.meta.url), "utf8");

/** The package that webserver_config.py imports, by the name that it has there. */
const pythonPackage = "airflow_login";

/** The files of the package, each a key of its ConfigMap. */
export const loginFiles: Readonly<Record<string, string>> = pythonFiles(new URL(`${pythonPackage}/`, import.meta.url));

/** How long people stay logged in. */
export interface LoginSession {
    readonly sessionIdleMinutes?: number;
    readonly sessionMaxHours?: number;
}

/** Values of Airflow's chart: the API server, and no other component, gets the settings and the secret. */
export function loginValues(
    settings: string,
    { sessionIdleMinutes = 120, sessionMaxHours = 12 }: LoginSession = {},
): ChartValues {
    return {
        apiServer: {
            apiServerConfig: configuration,
            // Settings and program are read only at start, so a change must restart the pod. The client's secret is read at
            // each login.
            podAnnotations: {
                "airflow-linkerd.io/login-sha256": sha256(settings + JSON.stringify(loginFiles)),
            },
            extraVolumes: [
                { name: "login-settings", configMap: { name: loginObjects.settings.name } },
                { name: "login-python", configMap: { name: loginObjects.python.name } },
                { name: "login-client", secret: { secretName: loginObjects.client.name } },
            ],
            extraVolumeMounts: [
                { name: "login-settings", mountPath: `${folder}/settings`, readOnly: true },
                { name: "login-python", mountPath: `${folder}/python/${pythonPackage}`, readOnly: true },
                { name: "login-client", mountPath: `${folder}/client`, readOnly: true },
            ],
        },
        config: {
            fab: {
                // A session in a cookie is too small for the ID token, and the server could not end it.
                session_backend: "database",
                // Seconds that each API server caches users. With a cache, roles that were removed would stay valid.
                cache_ttl: "0",
                session_lifetime_minutes: String(sessionIdleMinutes),
                // Groups are asked for at a login alone, and the tokens of the interface end with the session.
                session_max_lifetime_minutes: String(sessionMaxHours * 60),
            },
        },
    };
}

function pythonFiles(folder: URL): Record<string, string> {
    const names = readdirSync(folder).filter((name) => name.endsWith(".py"));
    return Object.fromEntries(names.sort().map((name) => [name, readFileSync(new URL(name, folder), "utf8")]));
}

function sha256(text: string): string {
    return createHash("sha256").update(text).digest("hex");
}
