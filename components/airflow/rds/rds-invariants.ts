import type * as pulumi from "@pulumi/pulumi";

import { ApplyChanges } from "./apply-changes.ts";
import { type RdsSizes } from "./rds-settings.ts";

/** What a server of either kind is made from. */
export interface RdsEngineArgs {
    /** The server's name, unique in its account and region. Plain, because all names derive from it. */
    identifier: string;

    /** The key that encrypts its storage, backups, master password and Performance Insights. */
    keyArn: pulumi.Input<string>;

    subnetGroupName: pulumi.Input<string>;

    securityGroupId: pulumi.Input<string>;

    /** Plain, because it decides how many servers there are. */
    sizes: Required<RdsSizes>;

    /** A major version of PostgreSQL. Plain, because it is in names. */
    version: string;

    /** Lets a deployment upgrade to another major version. Defaults to false. */
    allowUpgrade?: boolean;

    /** Of the snapshot that RDS takes before it deletes the server. New for each server. */
    finalSnapshotName: pulumi.Input<string>;

    /** Defaults to the maintenance window. */
    applyChanges?: ApplyChanges;

    /** The role for Enhanced Monitoring. Defaults to none, which turns monitoring off. */
    monitoringRoleArn?: pulumi.Input<string>;

    /** Lets a deployment delete or replace the server, by turning off deletion protection too. Defaults to false. */
    allowReplace?: boolean;

    /** Defaults to none. */
    tags?: Readonly<Record<string, string>>;
}

/** The master user. RDS generates its password, keeps it in Secrets Manager and rotates it each week. */
export const masterUser = "platform_admin";

/** Settings that both kinds share and that no stack can change, except for the sizes in them. */
export function serverInvariants(args: RdsEngineArgs) {
    const { keyArn, sizes, allowReplace = false, tags } = args;
    return {
        dbSubnetGroupName: args.subnetGroupName,
        vpcSecurityGroupIds: [args.securityGroupId],
        storageEncrypted: true,
        kmsKeyId: keyArn,
        manageMasterUserPassword: true,
        masterUserSecretKmsKeyId: keyArn,
        backupRetentionPeriod: sizes.backupDays,
        // Automated backups stay for their retention period after the server is deleted.
        deleteAutomatedBackups: false,
        copyTagsToSnapshot: true,
        deletionProtection: !allowReplace,
        skipFinalSnapshot: false,
        finalSnapshotIdentifier: args.finalSnapshotName,
        applyImmediately: appliesNow(args),
        engineVersion: args.version,
        allowMajorVersionUpgrade: args.allowUpgrade ?? false,
        // Airflow cannot log in with IAM tokens, and nobody else needs to.
        iamDatabaseAuthenticationEnabled: false,
        tags,
    };
}

export function appliesNow({ applyChanges }: RdsEngineArgs): boolean {
    return applyChanges === ApplyChanges.now;
}

/** Performance Insights and Enhanced Monitoring of a server. */
export function serverMonitoring({ keyArn, sizes, monitoringRoleArn }: RdsEngineArgs) {
    return {
        performanceInsightsEnabled: true,
        performanceInsightsKmsKeyId: keyArn,
        // Days. Seven are free of charge.
        performanceInsightsRetentionPeriod: 7,
        monitoringInterval: monitoringRoleArn === undefined ? 0 : sizes.monitoringSeconds,
        monitoringRoleArn,
    };
}

/** ARN of the secret that RDS created for the master user. */
export function onlySecret(secrets: readonly { secretArn: string }[]): string {
    const [secret] = secrets;
    if (secret === undefined) {
        throw new Error("RDS has made no secret for the master user: its password must be managed by RDS.");
    }
    return secret.secretArn;
}
