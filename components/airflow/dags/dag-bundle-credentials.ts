import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type DagBundle, DagBundleKind } from "./dag-bundles.ts";
import { credentialsSecret, gitConnection } from "./git-credentials.ts";
import { secretVersion } from "../keys/secret-version.ts";

export interface DagBundleCredentialsArgs {
    /** Where the bundles are fetched: the DAG processor's namespace, or one in which tasks of these bundles run. */
    namespace: pulumi.Input<string>;

    /** The bundles whose credentials belong into that namespace, and no others. */
    bundles: readonly DagBundle[];
}

/** The Secrets with which one namespace logs in to the repositories of DAG bundles, each bundle's in one of its own. */
export class DagBundleCredentials extends pulumi.ComponentResource {
    /** By bundle, another word whenever its credentials are others. It says nothing about them. */
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
