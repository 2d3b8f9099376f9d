import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { after } from "../../after.ts";
import { type AcceptedFindings } from "../../accepted-findings.ts";
import { acceptedOfCommands, commandLabels } from "../jobs/command-pod.ts";
import { type AuthorityVolume, databaseAdminAccount } from "../names.ts";
import { type DatabaseLogin } from "./database-connection.ts";
import { type CommonSettings } from "../settings/common-settings.ts";
import { databaseRoleDigest, databaseRolePod, roleScripts } from "./database-role-pod.ts";

export interface DatabaseRoleArgs {
    namespace: pulumi.Input<string>;

    /** The user to create, and the database that it owns. Plain, because the Job is named after them. */
    login: DatabaseLogin;

    /** The user's password. A secret. */
    password: pulumi.Input<string>;

    /** The generation of the password. Plain, because the Job is named after it. */
    passwordGeneration: number;

    /** The server. */
    server: { host: pulumi.Input<string>; port: number; masterSecretArn: pulumi.Input<string> };

    /** The volume source of the authority that signed the server's certificate. */
    authority: AuthorityVolume;

    /** Annotations of the Job's service account, which IRSA needs. They wait for the role. */
    serviceAccountAnnotations: pulumi.Input<Record<string, string>>;

    /** Airflow's version, such as `3.3.2`, in whose image the Job runs. Plain, because the Job is named after it. */
    version: string;

    /** What a stack sets for all that runs Airflow. Plain, because the Job is named after it. Defaults to nothing. */
    settings?: CommonSettings | undefined;

    /** Teams that have logins of their own, as TeamLogins makes them. Plain, because the Job is named after them. */
    teams: readonly string[];
}

/**
 * Airflow's own user on a PostgreSQL server and the database that it owns, created by a Job. Only that Job uses the
 * server's master user: it reads the password from Secrets Manager with its own IAM role.
 */
export class DatabaseRole extends pulumi.ComponentResource {
    /** The server's host name. Resolves only once the user can log in. */
    public readonly host: pulumi.Output<string>;

    constructor(name: string, args: DatabaseRoleArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:DatabaseRole", name, {}, opts);

        const { namespace, login, server, version } = args;
        const objectName = "airflow-database-role";
        const labels = commandLabels("database-role");
        const metadata = { name: objectName, namespace, labels };

        const account = new k8s.core.v1.ServiceAccount(
            `${name}-account`,
            {
                metadata: {
                    name: databaseAdminAccount,
                    namespace,
                    labels,
                    annotations: args.serviceAccountAnnotations,
                },
                automountServiceAccountToken: false,
            },
            { parent: this },
        );

        const script = new k8s.core.v1.ConfigMap(
            `${name}-script`,
            {
                metadata,
                data: roleScripts(args.teams),
            },
            { parent: this },
        );

        const password = new k8s.core.v1.Secret(
            `${name}-password`,
            {
                metadata,
                stringData: { password: args.password },
            },
            { parent: this },
        );

        const job = new k8s.batch.v1.Job(
            `${name}-job`,
            {
                metadata: {
                    // A Job cannot be changed, so each run has a Job of its own.
                    name: `${objectName}-${databaseRoleDigest(login, version, args.passwordGeneration, args.settings, args.teams)}`,
                    namespace,
                    labels,
                },
                spec: {
                    backoffLimit: 4,
                    template: databaseRolePod({
                        version,
                        settings: args.settings,
                        login,
                        host: server.host,
                        port: server.port,
                        masterSecretArn: server.masterSecretArn,
                        serviceAccount: account.metadata.name,
                        scriptConfigMap: script.metadata.name,
                        passwordSecret: password.metadata.name,
                        authority: args.authority,
                        teams: args.teams,
                    }),
                },
            },
            { parent: this },
        );

        this.host = after([job], server.host);

        this.registerOutputs({ host: this.host });
    }
}

export const acceptedFindings: AcceptedFindings = { job: acceptedOfCommands };
