import type * as pulumi from "@pulumi/pulumi";

import type { AirflowArgs } from "../../components/airflow/airflow-args.ts";
import { type ImageSource, repositoryOf, tagOf } from "../../components/images.ts";
import { type AwsUse } from "../../components/airflow/aws-permissions.ts";
import { DatabaseKind } from "../../components/airflow/database/database.ts";
import { TaskLogsKind } from "../config/airflow/task-logs-schema.ts";
import type { PlatformConfig } from "../config.ts";
import type { Foundation } from "../foundation/foundation.ts";

/** What Airflow has to know of what is around it, and must come after. */
export interface AirflowSurroundings {
    readonly args: Pick<
        AirflowArgs,
        "database" | "logVolume" | "remoteLogs" | "secretsBackend" | "serviceAccountAnnotations" | "taskPlacement"
    >;
    readonly dependsOn: readonly pulumi.Resource[];
    /** The place of the logs that tasks write with a role. Undefined where they are kept elsewhere, or nowhere. */
    readonly taskLogs?: AwsUse["taskLogs"];
    /** ARNs of the roles of Airflow's parts, by part. */
    readonly roleArns: Readonly<Record<string, pulumi.Output<string>>>;
}

/**
 * Makes what Airflow uses outside of the cluster, and a role for each of its parts that uses any of it. What is for AWS is
 * loaded only by a stack that is there.
 */
export async function airflowSurroundings(
    foundation: Foundation,
    config: PlatformConfig,
): Promise<AirflowSurroundings> {
    const { database, logs } = config.airflow;
    const logVolume =
        logs?.kind === TaskLogsKind.volume ? { storageGb: logs.storageGb, hostPath: logs.hostPath } : undefined;
    if (foundation.aws !== undefined) {
        const { airflowInAws } = await import("./airflow-in-aws.ts");
        const inAws = airflowInAws(foundation.aws, config);
        return { ...inAws, args: { ...inAws.args, logVolume, taskPlacement: foundation.taskPlacement } };
    }
    if (database.kind === DatabaseKind.rds) {
        throw new Error(
            "airflow.database.kind is rds, and the cluster is not in AWS: the config's rules let that through",
        );
    }
    return { args: { database: fromSource(database, config.images), logVolume }, dependsOn: [], roleArns: {} };
}

/** A server in the cluster, with its image from where the stack takes images. */
function fromSource<Database extends { readonly kind: string }>(database: Database, images: ImageSource): Database {
    return database.kind === DatabaseKind.inCluster &&
        (images.mirror !== undefined || images.digests.postgresql !== undefined)
        ? { ...database, image: `${repositoryOf("postgresql", images)}:${tagOf("postgresql", images)}` }
        : database;
}
