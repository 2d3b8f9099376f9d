import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type ChartValues } from "../chart-values.ts";
import { type LoginRules, loginSettings } from "./login-settings.ts";
import { loginObjects, loginValues } from "./login-values.ts";

export interface LoginArgs {
    /** The namespace of Airflow's API server. */
    namespace: pulumi.Input<string>;

    /** Who may do what. Plain, because Airflow's chart is told of every change to it. */
    rules: LoginRules;

    /** The secret that the provider gave to this client. */
    clientSecret: pulumi.Input<string>;
}

/**
 * How people log in to Airflow: by an OpenID Connect provider, with the roles of their groups, taken anew at each login.
 * It makes no local user, and gives no role to people whom no group gives one. It configures nothing by itself: Airflow
 * takes its values.
 */
export class Login extends pulumi.ComponentResource {
    /** For Airflow's chart. Plain, so that a preview shows it whole; whoever uses it waits for this component. */
    public readonly chartValues: ChartValues;

    constructor(name: string, args: LoginArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:Login", name, {}, opts);

        const settings = loginSettings(args.rules);

        new k8s.core.v1.ConfigMap(
            `${name}-settings`,
            {
                metadata: { name: loginObjects.settings.name, namespace: args.namespace },
                data: { [loginObjects.settings.key]: settings },
            },
            { parent: this },
        );

        new k8s.core.v1.Secret(
            `${name}-client`,
            {
                metadata: { name: loginObjects.client.name, namespace: args.namespace },
                stringData: { [loginObjects.client.key]: pulumi.secret(args.clientSecret) },
            },
            { parent: this },
        );

        this.chartValues = loginValues(settings);

        this.registerOutputs({});
    }
}
