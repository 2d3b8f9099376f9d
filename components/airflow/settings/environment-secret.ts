import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { secretVersion } from "../keys/secret-version.ts";

export interface EnvironmentSecretArgs {
    /** Where the containers are that read it. */
    namespace: pulumi.Input<string>;

    /** What the Secret is called. */
    secretName: string;

    /** Values by the names of their variables. Secret. */
    variables: Readonly<Record<string, pulumi.Input<string>>>;
}

/** A Secret that containers read variables from. Which ones they read is theirs to say. */
export class EnvironmentSecret extends pulumi.ComponentResource {
    /** Changes with the values and reveals nothing about them. */
    public readonly version: pulumi.Output<string>;

    constructor(name: string, args: EnvironmentSecretArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:EnvironmentSecret", name, {}, opts);

        const variables = pulumi.secret(pulumi.output(args.variables));

        new k8s.core.v1.Secret(
            `${name}-secret`,
            {
                metadata: { name: args.secretName, namespace: args.namespace },
                stringData: variables,
            },
            { parent: this },
        );

        this.version = secretVersion(
            `${name}-version`,
            variables.apply((values) => JSON.stringify(values)),
            { parent: this },
        );

        this.registerOutputs({ version: this.version });
    }
}
