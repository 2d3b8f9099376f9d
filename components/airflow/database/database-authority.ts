import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { type AuthorityVolume, databaseAuthority } from "../names.ts";

/** Makes a ConfigMap with the authority that signed a database server's certificate, for pods to mount. */
export function databaseAuthorityVolume(
    name: string,
    namespace: pulumi.Input<string>,
    pem: string,
    opts: pulumi.ComponentResourceOptions,
): { object: pulumi.Resource; volume: AuthorityVolume } {
    const authority = "airflow-database-authority";
    const object = new k8s.core.v1.ConfigMap(
        `${name}-authority`,
        {
            metadata: { name: authority, namespace },
            data: { [databaseAuthority.file]: pem },
        },
        opts,
    );
    return { object, volume: { configMap: { name: authority } } };
}
