import type * as pulumi from "@pulumi/pulumi";

import { type AirflowNamespace, Login } from "../../../components/index.ts";

/** People come by the company's provider. Airflow's chart takes the result's `chartValues`. */
export function login({ namespace }: AirflowNamespace, clientSecret: pulumi.Output<string>): Login {
    return new Login("login", {
        namespace,
        rules: {
            provider: "keycloak",
            issuer: "https://login.example.com/realms/company",
            clientId: "airflow",
            contact: "platform@example.com",
            adminGroups: ["platform"],
        },
        client: { secret: clientSecret },
    });
}
