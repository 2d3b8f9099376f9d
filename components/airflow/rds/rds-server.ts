import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { type AcceptedFindings } from "../../accepted-findings.ts";
import { type AwsAccount } from "../../aws/account.ts";
import { EncryptionKey } from "../../aws/encryption-key.ts";
import { encryptsLogGroups } from "../../aws/log-group-encryption.ts";
import { tagProblems } from "../../aws/resource-tags.ts";
import { below, type Problem, problemLines } from "../../problem.ts";
import { postgresPort } from "../database/postgres-pod.ts";
import { RdsAurora } from "./rds-aurora.ts";
import { ApplyChanges } from "./apply-changes.ts";
import { RdsEngine } from "./rds-engine.ts";
import { RdsMonitoring } from "./rds-monitoring.ts";
import { RdsNetwork, type RdsNetworkArgs } from "./rds-network.ts";
import { RdsPostgresql } from "./rds-postgresql.ts";
import {
    defaultPostgresMajor,
    exportedLogs,
    type RdsSizes,
    rdsSizeProblems,
    rdsSizes,
    rdsVersionProblems,
} from "./rds-settings.ts";

/** Days that CloudWatch keeps the server's logs. */
const logRetentionDays = 90;

export interface RdsServerArgs {
    account: AwsAccount;

    /** The server's name, unique in its account and region. Plain, because all names derive from it. */
    identifier: string;

    /** The server's subnets and its clients. */
    network: Pick<RdsNetworkArgs, "vpcId" | "subnetIds" | "clientSecurityGroupIds">;

    /** Plain, because it decides which resources exist. Defaults to `postgresql`. */
    engine?: RdsEngine;

    /** Plain, because it decides how many servers there are. Defaults to enough for a small Airflow. */
    sizes?: RdsSizes;

    /** A major version of PostgreSQL. Plain, because it is in names. Defaults to 17. */
    version?: string;

    /**
     * Lets a deployment upgrade the server to another major version, from which no way leads back. Only with changes that
     * are made at once. Defaults to false.
     */
    allowUpgrade?: boolean;

    /** When RDS makes changes that interrupt the server. Defaults to its maintenance window. */
    applyChanges?: ApplyChanges;

    /** ARN of the permissions boundary of the role for Enhanced Monitoring. Defaults to none. */
    permissionsBoundary?: pulumi.Input<string>;

    /**
     * Lets a deployment delete or replace the server. A final snapshot is taken all the same, and the key stays in the
     * account. Defaults to false.
     */
    allowReplace?: boolean;

    /** Defaults to none. */
    tags?: Readonly<Record<string, string>>;
}

/**
 * A PostgreSQL server of RDS in several zones: encrypted with its own key, reached over TLS only, backed up, its master
 * password rotated by RDS. Airflow's database on it is made by DatabaseRole.
 */
export class RdsServer extends pulumi.ComponentResource {
    /** The server's host name. Resolves only once clients can connect. */
    public readonly host: pulumi.Output<string>;

    public readonly port: number = postgresPort;

    /** ARN of the secret with the master user's name and password. */
    public readonly masterSecretArn: pulumi.Output<string>;

    /** The key that encrypts the server and that secret. */
    public readonly keyArn: pulumi.Output<string>;

    constructor(name: string, args: RdsServerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:RdsServer", name, {}, opts);

        const { account, identifier, engine = RdsEngine.postgresql, allowReplace, tags = {} } = args;
        const sizes = rdsSizes(engine, args.sizes ?? {});
        const problems = [
            ...below([], identifierProblem(identifier)),
            ...rdsVersionProblems(engine, args),
            ...below(["sizes"], ...rdsSizeProblems(sizes)),
            ...below(["tags"], ...tagProblems(tags)),
        ];
        if (problems.length > 0) {
            throw new pulumi.ResourceError(problemLines(problems), this);
        }

        const kind = engine === RdsEngine.aurora ? "cluster" : "instance";
        const logGroupName = (log: string) => `/aws/rds/${kind}/${identifier}/${log}`;

        const key = new EncryptionKey(
            `${name}-key`,
            {
                account,
                description: `Airflow's database ${identifier}`,
                alias: identifier,
                users: [encryptsLogGroups(account, exportedLogs[engine].map(logGroupName))],
                allowReplace,
                // The final snapshot and the last backups are encrypted with it, and stay when the server goes.
                keepForever: true,
                tags,
            },
            { parent: this },
        );

        const network = new RdsNetwork(
            `${name}-network`,
            {
                ...args.network,
                identifier,
                tags,
            },
            { parent: this },
        );

        const monitoring =
            sizes.monitoringSeconds > 0
                ? new RdsMonitoring(
                      `${name}-monitoring`,
                      {
                          account,
                          identifier,
                          permissionsBoundary: args.permissionsBoundary,
                          tags,
                      },
                      { parent: this },
                  )
                : undefined;

        // Before the server: RDS would create log groups that never expire.
        const logs = exportedLogs[engine].map(
            (log) =>
                new aws.cloudwatch.LogGroup(
                    `${name}-log-${log}`,
                    {
                        name: logGroupName(log),
                        retentionInDays: logRetentionDays,
                        kmsKeyId: key.keyArn,
                        tags,
                    },
                    { parent: this },
                ),
        );

        // A name for each server: RDS refuses to delete one while a snapshot of an earlier one has the same name.
        const { result: lastSnapshot } = new random.RandomString(
            `${name}-last-snapshot`,
            {
                length: 8,
                upper: false,
                special: false,
                keepers: { identifier, engine, key: key.keyArn },
            },
            { parent: this },
        );

        const Engine = engine === RdsEngine.aurora ? RdsAurora : RdsPostgresql;
        const server = new Engine(
            `${name}-${engine}`,
            {
                identifier,
                keyArn: key.keyArn,
                subnetGroupName: network.subnetGroupName,
                securityGroupId: network.securityGroupId,
                sizes,
                version: args.version ?? defaultPostgresMajor,
                allowUpgrade: args.allowUpgrade,
                finalSnapshotName: pulumi.interpolate`${identifier}-final-${lastSnapshot}`,
                applyChanges: args.applyChanges,
                monitoringRoleArn: monitoring?.roleArn,
                allowReplace,
                tags,
            },
            { parent: this, dependsOn: logs },
        );

        if (pulumi.runtime.isDryRun() && args.applyChanges !== ApplyChanges.now) {
            void pulumi.log.info(
                `Changes that interrupt the database ${identifier} wait for its maintenance window, ` +
                    `${sizes.maintenanceWindow} (UTC), although the update says that they are made. To make them with ` +
                    `the update, set applyChanges to now.`,
                this,
            );
        }

        this.host = server.host;
        this.masterSecretArn = server.masterSecretArn;
        this.keyArn = key.keyArn;

        this.registerOutputs({ host: this.host, masterSecretArn: this.masterSecretArn, keyArn: this.keyArn });
    }
}

/** RDS's rule for identifiers, with room for suffixes. */
function identifierProblem(identifier: string): Problem | undefined {
    return /^[a-z](-?[a-z0-9])*$/.test(identifier) && identifier.length <= 48
        ? undefined
        : {
              path: ["identifier"],
              value: identifier,
              rule:
                  'it must be at most 48 lower-case letters, digits and single "-", beginning with a letter and not ' +
                  'ending with "-". Shorten or rewrite it.',
          };
}

const reachesBackFarEnough =
    "Ninety days reach further back than any backup. What auditors ask for is the cluster's audit log";

export const acceptedFindings: AcceptedFindings = { "log-*": { CKV_AWS_338: reachesBackFarEnough } };
