import * as pulumi from "@pulumi/pulumi";

import { type AwsAccount } from "../aws/account.ts";
import { type Statement } from "../aws/iam-statement.ts";
import { chart, databaseAdminAccount, namespaceName } from "./names.ts";
import { readOneSecret, readSecrets } from "./secrets-backend/secrets-manager.ts";
import { readTaskLogs, writeTaskLogs } from "./logs/task-log-statements.ts";

/** What this Airflow uses in AWS. No component gets permissions for what is left out. */
export interface AwsUse {
    account: AwsAccount;
    taskLogs?: { bucketArn: pulumi.Input<string>; keyArn: pulumi.Input<string>; prefix: string };
    /** The folder in Secrets Manager that the API server and the triggerer read, for all teams. */
    platformSecrets?: { path: string; keyArn?: pulumi.Input<string> };
    /** The secret of the server's master user, which creates Airflow's own user. */
    database?: { masterSecretArn: pulumi.Input<string>; keyArn: pulumi.Input<string> };
}

/** The permissions of one component of Airflow in AWS. */
export interface AwsPermissions {
    readonly serviceAccount: { readonly namespace: string; readonly name: string };
    readonly policies: Readonly<Record<string, pulumi.Output<readonly Statement[]>>>;
}

/**
 * The components of Airflow that need permissions in AWS, each of which gets a role of its own. The scheduler, the DAG
 * processor, PgBouncer and the migration need none and get none. For the DAG processor that matters most: it runs the
 * code of DAG authors.
 */
export function awsPermissions(use: AwsUse): Record<string, AwsPermissions> {
    const { account, taskLogs, platformSecrets, database } = use;
    const logs = (statements: typeof readTaskLogs) =>
        taskLogs && { logs: pulumi.output(taskLogs).apply((place) => statements({ account, ...place })) };
    const secrets = platformSecrets && {
        secrets: pulumi.output(platformSecrets).apply((place) => readSecrets({ account, ...place })),
    };
    const master = database && {
        master: pulumi
            .all([database.masterSecretArn, database.keyArn])
            .apply(([secretArn, keyArn]) => readOneSecret(account, secretArn, keyArn)),
    };
    const needed = {
        "api-server": permissionsFor(chart.apiServerAccount, logs(readTaskLogs), secrets),
        // Triggers look up connections in the triggerer itself, without the API server.
        triggerer: permissionsFor(chart.triggererAccount, logs(writeTaskLogs), secrets),
        "database-admin": permissionsFor(databaseAdminAccount, master),
    };
    return Object.fromEntries(Object.entries(needed).filter(([, { policies }]) => Object.keys(policies).length > 0));
}

function permissionsFor(name: string, ...policies: (AwsPermissions["policies"] | undefined)[]): AwsPermissions {
    return {
        serviceAccount: { namespace: namespaceName, name },
        policies: Object.assign({}, ...policies) as AwsPermissions["policies"],
    };
}
