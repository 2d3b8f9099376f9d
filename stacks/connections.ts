import { isIP } from "node:net";

import { airflowConnections } from "../components/airflow/connections/airflow-connections.ts";
import { awsEgress } from "../components/airflow/connections/aws-egress.ts";
import { type DatabasePlace } from "../components/airflow/connections/database-connections.ts";
import { apiServer, dagProcessor, triggerer } from "../components/airflow/connections/workloads.ts";
import { type BundleFetch } from "../components/airflow/connections/git-egress.ts";
import { DatabaseKind } from "../components/airflow/database/database.ts";
import { postgresPort } from "../components/airflow/database/postgres-pod.ts";
import { namespaceName } from "../components/airflow/names.ts";
import { type ConnectionTable, type Egress, type NonEmpty, type Workload } from "../components/connection.ts";
import { BindingKind } from "../components/identity/role-binding.ts";
import { kubernetesApi } from "../components/mesh/connections/kubernetes-api.ts";
import { meshConnections } from "../components/mesh/connections/mesh-connections.ts";
import { type ClusterAddresses, kubelet, unknownAddresses } from "../components/mesh/connections/sources.ts";
import { type PolicySettings } from "../components/mesh/policy/policy-objects.ts";
import { bucketOf } from "../components/teams/bucket-statements.ts";
import { callRows } from "./teams/call-rows.ts";
import { type PlatformConfig } from "./config.ts";
import { ClusterKind, NetworkKind } from "./config/cluster-schema.ts";
import { EgressOf } from "./config/mesh-schema.ts";
import { logBucketName } from "./config/task-logs-rules.ts";
import { TaskLogsKind } from "./config/task-logs-schema.ts";
import { teamConnections } from "./teams/team-connections.ts";
import { allTasks, dagProcessorOf, isIsolated, sharesParsing, tasksOf, triggererOf } from "./teams/team-tasks.ts";

/** What of a stack's config decides who may call whom. */
type Stack = Pick<PlatformConfig, "cluster" | "mesh" | "airflow" | "login" | "teams">;

/** Every connection of the stack, each with its reason. What the stack does not deploy has no row. */
export function connectionTable(stack: Stack): ConnectionTable {
    const addresses = clusterAddresses(stack.cluster);
    const taskPods = allTasks(stack.teams);
    const teams = teamConnections(stack.teams, addresses);
    const mesh = meshConnections([namespaceName, ...teams.namespaces], addresses);
    const airflow = airflowConnections({
        database: databasePlace(stack, addresses),
        tasks: taskPods,
        triggerer: sharesParsing(stack.teams),
        fetches: fetches(stack, taskPods),
        basePath: basePath(stack.airflow.url),
        frontDoor: stack.mesh.frontDoor && { kind: "workload", name: "front-door", ...stack.mesh.frontDoor },
        kubelet: kubelet(addresses),
        kubernetes: kubernetesApi(addresses),
    });
    return {
        namespaces: mesh.namespaces,
        connections: [
            ...mesh.connections,
            ...airflow.connections,
            ...callRows("asked", taskPods, stack.mesh.calls, (reason) => `Asked for by the stack: ${reason}`),
            ...teams.connections,
        ],
        egress: [
            ...mesh.egress,
            ...airflow.egress,
            ...inAws(stack, taskPods),
            ...toIssuer(stack.login?.rules.issuer),
            ...asked(stack, taskPods),
            ...teams.egress,
        ],
    };
}

/** A task of a team fetches its team's DAGs alone. */
function fetches({ teams, airflow }: Stack, taskPods: NonEmpty<Workload>): BundleFetch[] {
    return teams.length === 0
        ? [{ by: [dagProcessor, ...taskPods], bundles: airflow.dagBundles }]
        : [
              ...(sharesParsing(teams)
                  ? [
                        {
                            by: [dagProcessor] as const,
                            bundles: teams.filter((team) => !isIsolated(team)).map(({ bundle }) => bundle),
                        },
                    ]
                  : []),
              ...teams.map((team) => ({
                  by: [tasksOf(team), ...(isIsolated(team) ? [dagProcessorOf(team)] : [])] as const,
                  bundles: [team.bundle],
              })),
          ];
}

export function policySettings({ cluster, mesh }: Pick<Stack, "cluster" | "mesh">): PolicySettings {
    return { mode: mesh.policy, clusterCidrs: clusterAddresses(cluster).cluster };
}

/** Known where the stack makes the network. */
function clusterAddresses(cluster: PlatformConfig["cluster"]): ClusterAddresses {
    return cluster.kind === ClusterKind.eks && cluster.network.kind === NetworkKind.new
        ? { cluster: [cluster.network.cidr, cluster.serviceCidr], nodes: [cluster.network.cidr] }
        : unknownAddresses;
}

function databasePlace({ airflow, teams }: Stack, addresses: ClusterAddresses): DatabasePlace {
    const { database, pools, keys } = airflow;
    return {
        ...databaseAddress(database, addresses),
        makesRole: database.kind === DatabaseKind.rds,
        importsPools: pools.length > 0,
        rotatesFernetKey: keys.fernet.generations.length > 1,
        keepsTeamRights: teams.some(isIsolated),
        parts: [
            ...(sharesParsing(teams) ? [dagProcessor, triggerer] : []),
            ...teams.filter(isIsolated).flatMap((team) => [dagProcessorOf(team), triggererOf(team)]),
        ],
    };
}

function databaseAddress(
    database: Stack["airflow"]["database"],
    { cluster }: ClusterAddresses,
): Pick<DatabasePlace, "outside"> {
    switch (database.kind) {
        case DatabaseKind.inCluster:
            return {};
        case DatabaseKind.rds:
            return {
                outside: {
                    kind: "addresses",
                    name: "rds",
                    // Which of the network's addresses a server has, and has after a failover, AWS alone knows.
                    cidrs: cluster,
                    ports: [{ number: postgresPort, transport: "TCP" }],
                    outside: false,
                },
            };
        case DatabaseKind.external: {
            const { host, port } = database;
            return {
                outside:
                    isIP(host) === 0
                        ? { kind: "hosts", hosts: [host], port, named: false, private: true }
                        : {
                              kind: "addresses",
                              name: "database",
                              cidrs: [`${host}/32`],
                              ports: [{ number: port, transport: "TCP" }],
                              outside: true,
                          },
            };
        }
    }
}

/** The path of the address that people use, without a slash at its end. */
function basePath(url: string | undefined): string {
    return url === undefined ? "" : new URL(url).pathname.replace(/\/+$/, "");
}

function inAws({ cluster, airflow, teams }: Stack, taskPods: NonEmpty<Workload>): Egress[] {
    const inAccount = cluster.kind === ClusterKind.eks ? cluster : cluster.aws;
    if (inAccount === undefined) {
        return [];
    }
    const { account, identity, name } = inAccount;
    const { logs, secrets, database } = airflow;
    return awsEgress({
        account,
        podIdentity: identity === BindingKind.podIdentity,
        logBucket: logs?.kind === TaskLogsKind.s3 ? (logs.bucketName ?? logBucketName(name, account.id)) : undefined,
        platformSecrets: secrets?.platformPath !== undefined,
        taskSecrets: secrets?.tasksPath !== undefined,
        databaseSecret: database.kind === DatabaseKind.rds,
        tasks: taskPods,
        triggerer: sharesParsing(teams),
        teams: teams.flatMap((team) =>
            team.aws === undefined
                ? []
                : [
                      {
                          tasks: tasksOf(team),
                          buckets: [...team.aws.read, ...team.aws.write].map(bucketOf),
                          secrets: team.aws.secretsPath !== undefined,
                      },
                  ],
        ),
    });
}

function toIssuer(issuer: string | undefined): Egress[] {
    if (issuer === undefined) {
        return [];
    }
    const { hostname, protocol, port: written } = new URL(issuer);
    const port = written === "" ? (protocol === "http:" ? 80 : 443) : Number(written);
    const address = hostname === "localhost" ? "127.0.0.1" : hostname;
    return [
        {
            name: "login",
            from: [apiServer],
            to:
                isIP(address) === 0
                    ? { kind: "hosts", hosts: [address], port, named: true, private: true }
                    : {
                          kind: "addresses",
                          name: "login",
                          cidrs: [`${address}/32`],
                          ports: [{ number: port, transport: "TCP" }],
                          // What a pod calls at its own loopback no proxy sees.
                          outside: !address.startsWith("127."),
                      },
            reason: "The login provider says who somebody is",
        },
    ];
}

/** Who sends what a stack asks for. With teams, tasks' triggers run where the team's do. */
const callers = {
    [EgressOf.tasks]: (teams: Stack["teams"], taskPods: NonEmpty<Workload>): readonly Workload[] => [
        ...taskPods,
        ...(sharesParsing(teams) ? [triggerer] : []),
        ...teams.filter(isIsolated).map(triggererOf),
    ],
    [EgressOf.apiServer]: (): readonly Workload[] => [apiServer],
    [EgressOf.dagProcessor]: (teams: Stack["teams"]): readonly Workload[] => [
        ...(sharesParsing(teams) ? [dagProcessor] : []),
        ...teams.filter(isIsolated).map(dagProcessorOf),
    ],
};

function asked({ mesh, teams }: Stack, taskPods: NonEmpty<Workload>): Egress[] {
    return mesh.egress.flatMap(({ hosts: [first, ...rest], port, from, reason }, index) => {
        const [caller, ...others] = callers[from](teams, taskPods);
        return first === undefined || caller === undefined
            ? []
            : [
                  {
                      name: `asked-${index + 1}`,
                      from: [caller, ...others],
                      to: { kind: "hosts", hosts: [first, ...rest], port, named: true, private: false },
                      reason: `Asked for by the stack: ${reason}`,
                  },
              ];
    });
}
