import * as pulumi from "@pulumi/pulumi";

import { type AwsAccount } from "../aws/account.ts";
import { type Statement } from "../aws/iam-statement.ts";
import { chart, databaseAdminAccount, namespaceName } from "./names.ts";
import { readOneSecret, readSecrets } from "./secrets-backend/secrets-manager.ts";
import { readTaskLogs, writeTaskLogs } from "./logs/task-log-statements.ts";

/** What of AWS this Airflow uses. What is left out nobody is given a right to. */
export interface AwsUse {
    account: pulumi.Input<AwsAccount>;
    taskLogs?: { bucketArn: pulumi.Input<string>; keyArn: pulumi.Input<string>; prefix: string };
    /** The folder of Secrets Manager that the API server and the triggerer look into, for all teams. */
    platformSecrets?: { path: string; keyArn?: pulumi.Input<string> };
    /** The folder that tasks look into with their own rights. */
    taskSecrets?: { path: string; keyArn?: pulumi.Input<string> };
    /** The database server's own user, by whom the database's role is made. */
    database?: { masterSecretArn: pulumi.Input<string>; keyArn: pulumi.Input<string> };
}

/** What one component of Airflow may do in AWS. */
export interface AwsPermissions {
    readonly serviceAccount: { readonly namespace: string; readonly name: string };
    readonly policies: Readonly<Record<string, pulumi.Output<readonly Statement[]>>>;
}

/**
 * Who in Airflow needs which rights in AWS, and so a role of its own. The scheduler, the DAG processor, PgBouncer and the
 * migration need none and have none: what a DAG's author writes runs in the processor.
 */
export function awsPermissions(use: AwsUse): Record<string, AwsPermissions> {
    const { account, taskLogs, platformSecrets, taskSecrets, database } = use;
    const logs = (statements: typeof readTaskLogs) =>
        taskLogs && { logs: pulumi.output({ account, ...taskLogs }).apply((place) => statements(place)) };
    const secrets = (folder: AwsUse["taskSecrets"]) =>
        folder && { secrets: pulumi.output({ account, ...folder }).apply((place) => readSecrets(place)) };
    const master = database && {
        master: pulumi
            .all([account, database.masterSecretArn, database.keyArn])
            .apply(([where, secretArn, keyArn]) => readOneSecret(where, secretArn, keyArn)),
    };
    const needed = {
        "api-server": permissionsFor(chart.apiServerAccount, logs(readTaskLogs), secrets(platformSecrets)),
        // A trigger asks for connections in the triggerer itself, past the API server.
        triggerer: permissionsFor(chart.triggererAccount, logs(writeTaskLogs), secrets(platformSecrets)),
        worker: permissionsFor(chart.workerAccount, logs(writeTaskLogs), secrets(taskSecrets)),
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
