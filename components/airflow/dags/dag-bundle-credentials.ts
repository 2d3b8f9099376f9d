import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type DagBundle, DagBundleKind } from "./dag-bundles.ts";
import { credentialsSecret, gitConnection } from "./git-credentials.ts";
import { secretVersion } from "../keys/secret-version.ts";

export interface DagBundleCredentialsArgs {
    /** A namespace that fetches the bundles: the DAG processor's, or one where tasks of these bundles run. */
    namespace: pulumi.Input<string>;

    /** The bundles whose credentials this namespace gets. Plain, because each is a resource. */
    bundles: readonly DagBundle[];
}

/** The credentials for the repositories of DAG bundles in one namespace, one Secret per bundle. */
export class DagBundleCredentials extends pulumi.ComponentResource {
    /** By bundle: a value that changes with its credentials and reveals nothing about them. */
    public readonly versions: Readonly<Record<string, pulumi.Output<string>>>;

    constructor(name: string, args: DagBundleCredentialsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:DagBundleCredentials", name, {}, opts);

        const versions: Record<string, pulumi.Output<string>> = {};
        for (const bundle of args.bundles) {
            if (bundle.kind !== DagBundleKind.git || bundle.credentials === undefined) {
                continue;
            }
            const { credentials } = bundle;
            const secret = credentialsSecret(bundle.name);
            const connection = pulumi.secret(
                pulumi.output(credentials).apply((plain) => gitConnection(bundle.name, plain)),
            );
            const knownHosts = "knownHosts" in credentials ? credentials.knownHosts : undefined;
            new k8s.core.v1.Secret(
                `${name}-${bundle.name}`,
                {
                    metadata: { name: secret.name, namespace: args.namespace },
                    stringData: {
                        [secret.connection]: connection,
                        ...(knownHosts === undefined ? {} : { [secret.knownHosts]: knownHosts }),
                    },
                },
                { parent: this },
            );
            versions[bundle.name] = secretVersion(
                `${name}-${bundle.name}-version`,
                pulumi.interpolate`${connection}${knownHosts ?? ""}`,
                { parent: this },
            );
        }
        this.versions = versions;

        this.registerOutputs({ versions });
    }
}
