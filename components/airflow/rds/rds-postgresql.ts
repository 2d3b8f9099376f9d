import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AcceptedFindings } from "../../accepted-findings.ts";
import { postgresPort } from "../database/postgres-pod.ts";
import { exportedLogs, serverParameters } from "./rds-settings.ts";
import { masterUser, onlySecret, type RdsEngineArgs, serverInvariants, serverMonitoring } from "./rds-invariants.ts";

/** A PostgreSQL server of RDS with a standby in another zone. */
export class RdsPostgresql extends pulumi.ComponentResource {
    public readonly host: pulumi.Output<string>;

    /** ARN of the secret with the master user's name and password. */
    public readonly masterSecretArn: pulumi.Output<string>;

    constructor(name: string, args: RdsEngineArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:RdsPostgresql", name, {}, opts);

        const { identifier, sizes, version, tags } = args;

        const parameters = new aws.rds.ParameterGroup(
            `${name}-parameters`,
            {
                name: `${identifier}-postgres${version}`,
                family: `postgres${version}`,
                description: `Airflow's database ${identifier}`,
                parameters: serverParameters,
                tags,
            },
            { parent: this },
        );

        const server = new aws.rds.Instance(
            `${name}-server`,
            {
                ...serverInvariants(args),
                ...serverMonitoring(args),
                identifier,
                engine: "postgres",
                autoMinorVersionUpgrade: true,
                instanceClass: sizes.instanceClass,
                multiAz: true,
                publiclyAccessible: false,
                port: postgresPort,
                username: masterUser,
                parameterGroupName: parameters.name,
                storageType: "gp3",
                allocatedStorage: sizes.storageGb,
                maxAllocatedStorage: sizes.maxStorageGb,
                backupWindow: sizes.backupWindow,
                maintenanceWindow: sizes.maintenanceWindow,
                enabledCloudwatchLogsExports: exportedLogs.postgresql,
            },
            { parent: this, protect: !(args.allowReplace ?? false) },
        );

        this.host = server.address;
        this.masterSecretArn = server.masterUserSecrets.apply(onlySecret);

        this.registerOutputs({ host: this.host, masterSecretArn: this.masterSecretArn });
    }
}

export const acceptedFindings: AcceptedFindings = {
    server: { CKV_AWS_161: "Airflow cannot log in with IAM's tokens, so nobody need be able to" },
};
