import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { type ChartValues } from "../chart-values.ts";

/** The ConfigMap with the settings, and the Secret with what the provider knows Airflow by. */
export const loginObjects = {
    settings: { name: "airflow-login", key: "login.json" },
    client: { name: "airflow-login-client", key: "client-secret" },
} as const;

/** Where webserver_config.py looks. */
const folder = "/etc/airflow-login";

const configuration = readFileSync(new URL("webserver_config.py", import.meta.url), "utf8");

/** What Airflow's chart must be told: the API server, and no other component, gets the settings and the secret. */
export function loginValues(settings: string): ChartValues {
    return {
        apiServer: {
            apiServerConfig: configuration,
            // Read once, at the start. The client's secret is read at each login.
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
                // A session in a cookie could not hold the ID token, nor be ended by the server.
                session_backend: "database",
                // Each API server remembers people for this many seconds: roles that were taken away would live on.
                cache_ttl: "0",
            },
        },
    };
}
