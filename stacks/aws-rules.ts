import { DatabaseKind } from "../components/airflow/database.ts";
import { ClusterKind, NetworkKind } from "./cluster-schema.ts";
import { type PlatformConfig } from "./config.ts";
import { TaskLogsKind } from "./task-logs-schema.ts";

/** What the sections of a stack need of each other in AWS: problems, each beginning with its key. */
export function awsProblems({ cluster, airflow }: Pick<PlatformConfig, "cluster" | "airflow">): string[] {
    const uses = [
        ...(airflow.database.kind === DatabaseKind.rds ? ['airflow.database.kind is "rds"'] : []),
        ...(airflow.logs?.kind === TaskLogsKind.s3 ? ['airflow.logs.kind is "s3"'] : []),
        ...(airflow.secrets === undefined ? [] : ["airflow.secrets is a map"]),
    ];
    const aws = cluster.kind === ClusterKind.eks ? cluster : cluster.aws;
    if (aws === undefined) {
        return uses.map(
            (use) =>
                `${use}: that is in AWS, and cluster names no account there. Name it in cluster.aws, or choose something ` +
                `else.`,
        );
    }
    return airflow.database.kind === DatabaseKind.rds ? databaseNetworkProblems(cluster) : [];
}

function databaseNetworkProblems(cluster: PlatformConfig["cluster"]): string[] {
    const [field, place] =
        cluster.kind === ClusterKind.eks ? ["cluster.network", cluster.network] : ["cluster.aws", cluster.aws];
    if (place === undefined || ("kind" in place && place.kind === NetworkKind.new)) {
        return [];
    }
    return [
        ...(place.vpcId === undefined
            ? [`${field}.vpcId is missing: the database has to be somewhere. Name the cluster's VPC.`]
            : []),
        ...(place.databaseSubnetIds.length < 2
            ? [
                  `${field}.databaseSubnetIds is a list: RDS wants private subnets in two zones at least, for a standby. ` +
                      `Name them.`,
              ]
            : []),
    ];
}
