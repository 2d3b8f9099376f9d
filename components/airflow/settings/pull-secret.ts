import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { secrets } from "../names.ts";

/** Who pulls from a registry that asks. */
export interface RegistryLogin {
    /** Host, with its port if it has one, such as `registry.example.com`. */
    readonly registry: string;
    readonly user: string;
    /** A secret. The right to pull is enough. */
    readonly password: pulumi.Input<string>;
}

export interface PullSecretArgs {
    /** A namespace in which the image runs. */
    namespace: pulumi.Input<string>;

    login: RegistryLogin;
}

/** The Secret by which nodes pull Airflow's image into one namespace: Kubernetes reads none of another namespace. */
export class PullSecret extends pulumi.ComponentResource {
    constructor(name: string, args: PullSecretArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:PullSecret", name, {}, opts);

        const { registry, user, password } = args.login;

        new k8s.core.v1.Secret(
            `${name}-secret`,
            {
                metadata: { name: secrets.imagePull, namespace: args.namespace },
                type: "kubernetes.io/dockerconfigjson",
                stringData: {
                    ".dockerconfigjson": pulumi.secret(
                        pulumi
                            .output(password)
                            .apply((plain) =>
                                JSON.stringify({ auths: { [registry]: { username: user, password: plain } } }),
                            ),
                    ),
                },
            },
            { parent: this },
        );

        this.registerOutputs({});
    }
}
