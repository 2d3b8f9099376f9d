import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { clientSecret } from "./ui-access.ts";

export interface LoginSecretArgs {
    /** The entrance's own. */
    namespace: pulumi.Input<string>;

    /** What the provider issued. */
    clientSecret: pulumi.Input<string>;
}

/** What Envoy proves to the login's provider that it is the client with. */
export class LoginSecret extends pulumi.ComponentResource {
    constructor(name: string, args: LoginSecretArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:LoginSecret", name, {}, opts);

        new k8s.core.v1.Secret(
            `${name}-client`,
            {
                metadata: { name: clientSecret.name, namespace: args.namespace },
                stringData: { [clientSecret.key]: pulumi.secret(args.clientSecret) },
            },
            { parent: this },
        );

        this.registerOutputs({});
    }
}
