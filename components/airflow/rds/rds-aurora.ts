import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { after } from "../../after.ts";
import { postgresPort } from "../database/postgres-pod.ts";
import { exportedLogs, serverParameters } from "./rds-settings.ts";
import {
    appliesNow,
    masterUser,
    onlySecret,
    type RdsEngineArgs,
    serverInvariants,
    serverMonitoring,
} from "./rds-invariants.ts";

const engine = "aurora-postgresql";

/** An Aurora PostgreSQL cluster: a writer, and readers that take over from it, on storage in three zones. */
export class RdsAurora extends pulumi.ComponentResource {
    /** The cluster endpoint, which follows the writer. Resolves only once its servers are there. */
    public readonly host: pulumi.Output<string>;

    /** ARN of the secret with the master user's name and password. */
    public readonly masterSecretArn: pulumi.Output<string>;

    constructor(name: string, args: RdsEngineArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:RdsAurora", name, {}, opts);

        const { identifier, sizes, version, tags, allowReplace = false } = args;

        const parameters = new aws.rds.ClusterParameterGroup(
            `${name}-parameters`,
            {
                name: `${identifier}-${engine}${version}`,
                family: `${engine}${version}`,
                description: `Airflow's database ${identifier}`,
                parameters: serverParameters,
                tags,
            },
            { parent: this },
        );

        const cluster = new aws.rds.Cluster(
            `${name}-cluster`,
            {
                ...serverInvariants(args),
                clusterIdentifier: identifier,
                engine,
                port: postgresPort,
                masterUsername: masterUser,
                dbClusterParameterGroupName: parameters.name,
                preferredBackupWindow: sizes.backupWindow,
                preferredMaintenanceWindow: sizes.maintenanceWindow,
                enabledCloudwatchLogsExports: exportedLogs.aurora,
            },
            { parent: this, protect: !allowReplace },
        );

        const servers = Array.from(
            { length: sizes.instances },
            (_, index) =>
                new aws.rds.ClusterInstance(
                    `${name}-server-${index + 1}`,
                    {
                        ...serverMonitoring(args),
                        clusterIdentifier: cluster.id,
                        identifier: `${identifier}-${index + 1}`,
                        engine,
                        engineVersion: cluster.engineVersion,
                        instanceClass: sizes.instanceClass,
                        dbSubnetGroupName: args.subnetGroupName,
                        publiclyAccessible: false,
                        autoMinorVersionUpgrade: true,
                        applyImmediately: appliesNow(args),
                        copyTagsToSnapshot: true,
                        tags,
                    },
                    { parent: this, protect: !allowReplace },
                ),
        );

        this.host = after(servers, cluster.endpoint);
        this.masterSecretArn = cluster.masterUserSecrets.apply(onlySecret);

        this.registerOutputs({ host: this.host, masterSecretArn: this.masterSecretArn });
    }
}
