import { DatabaseKind } from "../../../components/airflow/database/database.ts";
import { knowsRdsAuthority } from "../../../components/airflow/rds/rds-authority.ts";
import { type Problem } from "../../../components/problem.ts";
import { ClusterKind, NetworkKind } from "./cluster-schema.ts";
import { type ParsedConfig } from "../schema.ts";
import { TaskLogsKind } from "../airflow/task-logs-schema.ts";

type Cluster = ParsedConfig["cluster"];
type Airflow = ParsedConfig["airflow"];

/** Rules about AWS between `cluster` and what uses it. */
export function awsProblems({
    cluster,
    airflow,
    teams,
}: Pick<ParsedConfig, "cluster" | "airflow" | "teams">): Problem[] {
    const aws = cluster.kind === ClusterKind.eks ? cluster : cluster.aws;
    if (aws === undefined) {
        return withoutAccountProblems(airflow, teams);
    }
    const boundary = boundaryProblems(cluster, airflow);
    return airflow.database.kind === DatabaseKind.rds
        ? [...boundary, ...databaseNetworkProblems(cluster), ...authorityProblems(airflow.database, aws.region)]
        : boundary;
}

/** Who bounds roles bounds all of them. What suits workloads would leave nodes without what they need. */
function boundaryProblems(cluster: Cluster, { database }: Airflow): Problem[] {
    const [path, aws, hasServiceRoles] =
        cluster.kind === ClusterKind.eks
            ? [["cluster"], cluster, true]
            : [["cluster", "aws"], cluster.aws, database.kind === DatabaseKind.rds];
    return hasServiceRoles && aws?.permissionsBoundaryArn !== undefined && aws.serviceBoundaryArn === undefined
        ? [
              {
                  path: [...path, "serviceBoundaryArn"],
                  value: aws.serviceBoundaryArn,
                  rule:
                      "permissionsBoundaryArn bounds workloads, and the cluster's own roles need another boundary. Name it; " +
                      "the bootstrap prints it.",
              },
          ]
        : [];
}

function withoutAccountProblems(
    { database, logs, secrets, aws: tasksAws }: Airflow,
    teams: ParsedConfig["teams"],
): Problem[] {
    const rule =
        "that is in AWS, and cluster names no account there. Name it in cluster.aws, or choose something else.";
    return [
        ...(database.kind === DatabaseKind.rds
            ? [{ path: ["airflow", "database", "kind"], value: database.kind, rule }]
            : []),
        ...(logs?.kind === TaskLogsKind.s3 ? [{ path: ["airflow", "logs", "kind"], value: logs.kind, rule }] : []),
        ...(secrets === undefined ? [] : [{ path: ["airflow", "secrets"], value: secrets, rule }]),
        ...(tasksAws === undefined ? [] : [{ path: ["airflow", "aws"], value: tasksAws, rule }]),
        ...teams.flatMap(({ aws }, index) =>
            aws === undefined ? [] : [{ path: ["teams", index, "aws"], value: aws, rule }],
        ),
    ];
}

function authorityProblems(
    { authorityFile }: Extract<Airflow["database"], { kind: "rds" }>,
    region: string,
): Problem[] {
    return authorityFile !== undefined || knowsRdsAuthority(region)
        ? []
        : [
              {
                  path: ["airflow", "database", "authorityFile"],
                  value: undefined,
                  rule:
                      `the roots that sign the certificates of RDS in ${region} are not known here. Put AWS's bundle for ` +
                      `that region into a file, and name it; a path starts at the project.`,
              },
          ];
}

function databaseNetworkProblems(cluster: Cluster): Problem[] {
    const [path, place] =
        cluster.kind === ClusterKind.eks
            ? [["cluster", "network"], cluster.network]
            : [["cluster", "aws"], cluster.aws];
    if (place === undefined || ("kind" in place && place.kind === NetworkKind.new)) {
        return [];
    }
    const { vpcId, databaseSubnetIds } = place;
    return [
        ...(vpcId === undefined
            ? [
                  {
                      path: [...path, "vpcId"],
                      value: vpcId,
                      rule: "the database has to be somewhere. Name the cluster's VPC.",
                  },
              ]
            : []),
        ...(databaseSubnetIds.length < 2
            ? [
                  {
                      path: [...path, "databaseSubnetIds"],
                      value: databaseSubnetIds,
                      rule: "RDS wants private subnets in two zones at least, for a standby. Name them.",
                  },
              ]
            : []),
    ];
}
