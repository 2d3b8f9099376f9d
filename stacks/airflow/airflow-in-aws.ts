import { type AirflowArgs } from "../../components/airflow/airflow-args.ts";
import { type AwsPermissions, awsPermissions, type AwsUse } from "../../components/airflow/aws-permissions.ts";
import { DatabaseKind } from "../../components/airflow/database/database.ts";
import { TaskLogs } from "../../components/airflow/logs/task-logs.ts";
import { rdsAuthorityPem } from "../../components/airflow/rds/rds-authority.ts";
import { RdsServer } from "../../components/airflow/rds/rds-server.ts";
import { lookupIn, platformLookup } from "../../components/airflow/secrets-backend/secrets-manager.ts";
import { WorkloadRole } from "../../components/identity/roles/workload-role.ts";
import type { AirflowSurroundings } from "./airflow-surroundings.ts";
import type { AwsFoundation } from "../foundation/aws-foundation.ts";
import { logBucketName } from "../config/airflow/task-logs-rules.ts";
import { TaskLogsKind } from "../config/airflow/task-logs-schema.ts";
import type { PlatformConfig } from "../config.ts";

/** Makes what Airflow uses in AWS, and a role for each of its parts that uses any of it. */
export function airflowInAws(
    foundation: AwsFoundation,
    { airflow, allowReplace }: PlatformConfig,
): AirflowSurroundings {
    const { account, provider, namePrefix } = foundation;
    const inAws = { providers: [provider] };

    const server =
        airflow.database.kind === DatabaseKind.rds
            ? new RdsServer(
                  "database",
                  {
                      account,
                      identifier: namePrefix,
                      network: {
                          vpcId: foundation.network.vpcId,
                          subnetIds: foundation.network.databaseSubnetIds,
                          clientSecurityGroupIds: {
                              cluster: foundation.clusterSecurityGroupId,
                              ...Object.fromEntries(foundation.nodeSecurityGroupIds.map((id) => [id, id])),
                          },
                      },
                      engine: airflow.database.engine,
                      sizes: airflow.database.sizes,
                      version: airflow.database.version,
                      allowUpgrade: airflow.database.allowUpgrade,
                      applyChanges: airflow.database.applyChanges,
                      permissionsBoundary: foundation.serviceBoundary,
                      allowReplace: allowReplace.includes("database"),
                  },
                  inAws,
              )
            : undefined;

    const taskLogs =
        airflow.logs?.kind === TaskLogsKind.s3
            ? new TaskLogs(
                  "task-logs",
                  {
                      account,
                      bucketName: airflow.logs.bucketName ?? logBucketName(namePrefix, account.id),
                      accessLogs: airflow.logs.accessLogs,
                      retention: airflow.logs.retention,
                      objectLock: airflow.logs.objectLock,
                      allowReplace: allowReplace.includes("logs"),
                  },
                  inAws,
              )
            : undefined;

    const { platformPath, keyArn } = airflow.secrets ?? {};
    // Taken apart: Pulumi does not wait for what is inside a resource.
    const logs = taskLogs && { bucketArn: taskLogs.bucketArn, keyArn: taskLogs.keyArn, prefix: taskLogs.prefix };
    const roles = rolesFor(foundation, {
        account,
        taskLogs: logs,
        platformSecrets: platformPath === undefined ? undefined : { path: platformPath, keyArn },
        database: server && { masterSecretArn: server.masterSecretArn, keyArn: server.keyArn },
    });

    return {
        args: {
            database: databaseArgs(airflow, account.region, server, roles["database-admin"]),
            remoteLogs: taskLogs && { folder: taskLogs.folder },
            secretsBackend:
                platformPath === undefined
                    ? undefined
                    : lookupIn({ path: platformPath, region: account.region, lookupPattern: platformLookup }),
            serviceAccountAnnotations: mapValues(roles, (role) => role.serviceAccountAnnotations),
        },
        dependsOn: Object.values(roles),
        taskLogs: logs,
        roleArns: mapValues(roles, (role) => role.roleArn),
    };
}

function rolesFor({ binding, permissionsBoundary, namePrefix, provider }: AwsFoundation, use: AwsUse) {
    return mapValues(
        awsPermissions(use),
        ({ serviceAccount, policies }: AwsPermissions, component) =>
            new WorkloadRole(
                `airflow-${component}`,
                { binding, serviceAccount, policies, permissionsBoundary, namePrefix },
                { providers: [provider] },
            ),
    );
}

function databaseArgs(
    { database, version, image }: PlatformConfig["airflow"],
    region: string,
    server: RdsServer | undefined,
    admin: WorkloadRole | undefined,
): AirflowArgs["database"] {
    if (database.kind !== DatabaseKind.rds) {
        return database;
    }
    if (server === undefined || admin === undefined) {
        throw new Error("a database at RDS has a server and a role");
    }
    return {
        kind: database.kind,
        server: { host: server.host, port: server.port, masterSecretArn: server.masterSecretArn },
        authorityPem: database.authorityPem ?? rdsAuthorityPem(region),
        adminRoleArn: admin.roleArn,
        adminAnnotations: admin.serviceAccountAnnotations,
        passwordGeneration: database.passwordGeneration,
        version,
        image,
    };
}

function mapValues<Value, Mapped>(
    values: Readonly<Record<string, Value>>,
    map: (value: Value, key: string) => Mapped,
): Record<string, Mapped> {
    return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value, key)]));
}
