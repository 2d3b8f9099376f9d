import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { authorityFile } from "../data-plane.ts";

export interface LoginAuthorityArgs {
    /** The entrance's own. */
    namespace: pulumi.Input<string>;

    /** The certificates that Envoy believes the login's provider by, in PEM. */
    pem: pulumi.Input<string>;
}

/** Whose certificates Envoy takes for the login's provider, where none of the public authorities signed them. */
export class LoginAuthority extends pulumi.ComponentResource {
    constructor(name: string, args: LoginAuthorityArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:LoginAuthority", name, {}, opts);

        new k8s.core.v1.ConfigMap(
            `${name}-file`,
            {
                metadata: { name: authorityFile.configMap, namespace: args.namespace },
                data: { [authorityFile.name]: args.pem },
            },
            { parent: this },
        );

        this.registerOutputs({});
    }
}
