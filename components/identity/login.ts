import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type ChartValues } from "../chart-values.ts";
import { BreakGlass, breakGlassAccount, type BreakGlassRules } from "./break-glass.ts";
import { type LoginRules, loginSettings } from "./login-settings.ts";
import { loginFiles, loginObjects, loginValues } from "./login-values.ts";

export interface LoginArgs {
    /** The namespace of Airflow's API server. */
    namespace: pulumi.Input<string>;

    /** Who gets which role. Plain, because the chart's values contain a digest of it. */
    rules: LoginRules;

    /**
     * A way in past the provider, while that is down, and the namespace and account of Airflow's API server, which opens it.
     * Plain, because it decides what exists. Defaults to none.
     */
    breakGlass?: BreakGlassRules & { readonly namespace: string; readonly apiServerAccount: string };

    /** What Airflow proves to the provider that it is the client with. */
    client: LoginClient;
}

/** One of the two. Plain, because it decides how Airflow asks; the values are secrets. */
export type LoginClient =
    /** The client secret that the provider issued. */
    | { readonly secret: pulumi.Input<string> }
    /** A private key in PEM, whose public key the provider has. Behind it its certificate, where the provider wants one. */
    | { readonly privateKey: pulumi.Input<string> };

/** As break_glass.py reads it. */
function breakGlassFile({ until, namespace }: NonNullable<LoginArgs["breakGlass"]>): string {
    return JSON.stringify({ until, account: `system:serviceaccount:${namespace}:${breakGlassAccount}` }, null, 2);
}

/**
 * How people log in to Airflow: through an OpenID Connect provider, with the roles of their groups, which are
 * recomputed at each login. There are no local users, and people whose groups have no role get none. It takes effect
 * once Airflow's chart gets `chartValues`.
 */
export class Login extends pulumi.ComponentResource {
    /** Values of Airflow's chart. Plain, so that a preview shows them: the release must depend on this component. */
    public readonly chartValues: ChartValues;

    constructor(name: string, args: LoginArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:Login", name, {}, opts);

        const { breakGlass } = args;
        const settings = loginSettings(args.rules);
        const { authorityPem } = args.rules;
        const files = {
            [loginObjects.settings.key]: settings,
            ...(authorityPem === undefined ? {} : { [loginObjects.settings.authority]: authorityPem }),
            ...(breakGlass === undefined ? {} : { [loginObjects.settings.breakGlass]: breakGlassFile(breakGlass) }),
        };

        new k8s.core.v1.ConfigMap(
            `${name}-settings`,
            {
                metadata: { name: loginObjects.settings.name, namespace: args.namespace },
                data: files,
            },
            { parent: this },
        );

        new k8s.core.v1.ConfigMap(
            `${name}-python`,
            {
                metadata: { name: loginObjects.python.name, namespace: args.namespace },
                data: { ...loginFiles },
            },
            { parent: this },
        );

        new k8s.core.v1.Secret(
            `${name}-client`,
            {
                metadata: { name: loginObjects.client.name, namespace: args.namespace },
                stringData:
                    "secret" in args.client
                        ? { [loginObjects.client.key]: pulumi.secret(args.client.secret) }
                        : { [loginObjects.client.privateKey]: pulumi.secret(args.client.privateKey) },
            },
            { parent: this },
        );

        if (breakGlass !== undefined) {
            new BreakGlass(
                `${name}-break-glass`,
                { namespace: args.namespace, apiServerAccount: breakGlass.apiServerAccount },
                { parent: this },
            );
        }

        this.chartValues = loginValues(Object.values(files).join(""), args.rules);

        this.registerOutputs({});
    }
}
