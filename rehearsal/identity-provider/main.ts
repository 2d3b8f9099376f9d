// node rehearsal/identity-provider/main.ts --port 9080 --client airflow --airflow http://127.0.0.1:8080
//
// The client's secret is in the environment variable CLIENT_SECRET, where other users of the machine cannot read it.
import { parseArgs } from "node:util";

import { startIdentityProvider } from "./identity-provider.ts";

const { values } = parseArgs({
    options: {
        port: { type: "string" },
        client: { type: "string", default: "airflow" },
        airflow: { type: "string", multiple: true },
    },
});
const secret = process.env.CLIENT_SECRET;
if (values.port === undefined || values.airflow === undefined || !secret) {
    console.error("Give --port, at least one --airflow with Airflow's address, and CLIENT_SECRET in the environment.");
    process.exit(2);
}

const addresses = values.airflow.map((address) => address.replace(/\/$/, ""));
const { issuer, close } = await startIdentityProvider(Number(values.port), {
    id: values.client,
    secret,
    redirectUris: addresses.map((address) => `${address}/auth/oauth-authorized/oidc`),
    afterLogoutUris: addresses.map((address) => `${address}/auth/login/`),
});
console.log(`identity provider at ${issuer}`);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => void close());
}
