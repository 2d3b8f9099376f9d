import type * as pulumi from "@pulumi/pulumi";

import { type RdsSizes } from "./rds-settings.ts";

/** What servers of either kind are made with. */
export interface RdsEngineArgs {
    /** The server's name in its account and region. Plain, because it decides what all of it is called. */
    identifier: string;

    /** The key of its storage, its backups, its master password and its measurements. */
    keyArn: pulumi.Input<string>;

    subnetGroupName: pulumi.Input<string>;

    securityGroupId: pulumi.Input<string>;

    /** Plain, because it decides how many servers there are. */
    sizes: Required<RdsSizes>;

    /** The role by which the operating system is measured. Defaults to none, for no measurements. */
    monitoringRoleArn?: pulumi.Input<string>;

    /** Lets a deployment delete or replace it, and AWS too. Defaults to false. */
    allowReplace?: boolean;

    /** Defaults to none. */
    tags?: Readonly<Record<string, string>>;
}

/** The server's own user, whose password RDS makes, keeps in Secrets Manager and changes each week. */
export const masterUser = "platform_admin";

/** What both kinds ask of RDS in the same words. */
export function promises(args: RdsEngineArgs) {
    const { identifier, keyArn, sizes, allowReplace = false, tags } = args;
    return {
        dbSubnetGroupName: args.subnetGroupName,
        vpcSecurityGroupIds: [args.securityGroupId],
        storageEncrypted: true,
        kmsKeyId: keyArn,
        manageMasterUserPassword: true,
        masterUserSecretKmsKeyId: keyArn,
        backupRetentionPeriod: sizes.backupDays,
        // Backups outlive a server that was deleted, for as long as they would have lived with it.
        deleteAutomatedBackups: false,
        copyTagsToSnapshot: true,
        deletionProtection: !allowReplace,
        skipFinalSnapshot: false,
        // The same each time, so that it is known beforehand. Where one of that name is left from before, RDS refuses.
        finalSnapshotIdentifier: `${identifier}-final`,
        allowMajorVersionUpgrade: false,
        // Airflow cannot log in with IAM's tokens, so nobody need be able to.
        iamDatabaseAuthenticationEnabled: false,
        tags,
    };
}

/** The measurements of a server, of either kind. */
export function measurements({ keyArn, sizes, monitoringRoleArn }: RdsEngineArgs) {
    return {
        performanceInsightsEnabled: true,
        performanceInsightsKmsKeyId: keyArn,
        // Days. More cost money.
        performanceInsightsRetentionPeriod: 7,
        monitoringInterval: monitoringRoleArn === undefined ? 0 : sizes.monitoringSeconds,
        monitoringRoleArn,
    };
}

/** ARN of the secret that RDS made for the master user. */
export function onlySecret(secrets: readonly { secretArn: string }[]): string {
    const [secret] = secrets;
    if (secret === undefined) {
        throw new Error("RDS has made no secret for the master user: its password must be managed by RDS.");
    }
    return secret.secretArn;
}
