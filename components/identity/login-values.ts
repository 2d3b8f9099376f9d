import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { type ChartValues } from "../chart-values.ts";

/** The ConfigMap with the settings, and the Secret with the client secret. */
export const loginObjects = {
    settings: { name: "airflow-login", key: "login.json" },
    client: { name: "airflow-login-client", key: "client-secret" },
} as const;

/** Where webserver_config.py reads them. */
const folder = "/etc/airflow-login";

const configuration = readFileSync(new URL("webserver_config.py", import.meta.url), "utf8");

/** Values of Airflow's chart: the API server, and no other component, gets the settings and the secret. */
export function loginValues(settings: string): ChartValues {
    return {
        apiServer: {
            apiServerConfig: configuration,
            // The settings are read only at start, so a change must restart the pod. The client secret is read at each
            // login.
            podAnnotations: {
                "airflow-linkerd.io/login-sha256": createHash("sha256").update(settings).digest("hex"),
            },
            extraVolumes: [
                { name: "login-settings", configMap: { name: loginObjects.settings.name } },
                { name: "login-client", secret: { secretName: loginObjects.client.name } },
            ],
            extraVolumeMounts: [
                { name: "login-settings", mountPath: `${folder}/settings`, readOnly: true },
                { name: "login-client", mountPath: `${folder}/client`, readOnly: true },
            ],
        },
        config: {
            fab: {
                // A session in a cookie is too small for the ID token, and the server could not end it.
                session_backend: "database",
                // Seconds that each API server caches users. With a cache, roles that were removed would stay valid.
                cache_ttl: "0",
            },
        },
    };
}
