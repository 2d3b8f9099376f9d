// node rehearsal/identity-provider/main.ts --port 9080 --certificate a.crt --key a.key --airflow http://127.0.0.1:8080
//
// The client's secret is in the environment variable CLIENT_SECRET, where other users of the machine cannot read it.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { startIdentityProvider } from "./identity-provider.ts";

const { values } = parseArgs({
    options: {
        port: { type: "string" },
        certificate: { type: "string" },
        key: { type: "string" },
        client: { type: "string", default: "airflow" },
        airflow: { type: "string", multiple: true },
    },
});
const secret = process.env.CLIENT_SECRET;
const { port, certificate, key, airflow } = values;
if (port === undefined || certificate === undefined || key === undefined || airflow === undefined || !secret) {
    console.error(
        "Give --port, --certificate and --key with files, at least one --airflow with Airflow's address, and CLIENT_SECRET " +
            "in the environment.",
    );
    process.exit(2);
}

const addresses = airflow.map((address) => address.replace(/\/$/, ""));
const { issuer, close } = await startIdentityProvider(
    { port: Number(port), certificate: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") },
    {
        id: values.client,
        secret,
        redirectUris: addresses.map((address) => `${address}/auth/oauth-authorized/oidc`),
        afterLogoutUris: addresses.map((address) => `${address}/auth/login/`),
    },
);
console.log(`identity provider at ${issuer}`);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => void close());
}
