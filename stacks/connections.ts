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
import { entranceConnections, envoy } from "../components/entrance/connections/entrance-connections.ts";
import { entranceNamespace, loadBalancerNamespace } from "../components/entrance/names.ts";
import { BindingKind } from "../components/identity/roles/role-binding.ts";
import { kubernetesApi } from "../components/mesh/connections/kubernetes-api.ts";
import { meshConnections } from "../components/mesh/connections/mesh-connections.ts";
import { type ClusterAddresses, kubelet, unknownAddresses } from "../components/mesh/connections/sources.ts";
import { type PolicySettings } from "../components/mesh/policy/policy-objects.ts";
import { bucketOf } from "../components/teams/bucket-statements.ts";
import { callRows } from "./teams/call-rows.ts";
import { type PlatformConfig } from "./config.ts";
import { ClusterKind, NetworkKind } from "./config/cluster/cluster-schema.ts";
import { EgressOf } from "./config/mesh/mesh-schema.ts";
import { logBucketName } from "./config/airflow/task-logs-rules.ts";
import { TaskLogsKind } from "./config/airflow/task-logs-schema.ts";
import { certificateEgress, loadBalancerRows, uiConnections, uiEgress } from "./entrance/entrance-connections.ts";
import { loginEgress, machineIssuerEgress } from "./login-connections.ts";
import { teamConnections } from "./teams/team-connections.ts";
import {
    allTasks,
    dagProcessorsOf,
    sharesParsing,
    type TaskOwner,
    taskOwners,
    tasksOf,
    triggerersOf,
} from "./teams/team-tasks.ts";

/** What of a stack's config decides who may call whom. */
type Stack = Pick<PlatformConfig, "cluster" | "mesh" | "airflow" | "entrance" | "login" | "teams" | "existing">;

/** Every connection of the stack, each with its reason. What the stack does not deploy has no row. */
export function connectionTable(stack: Stack): ConnectionTable {
    const addresses = clusterAddresses(stack.cluster);
    const taskPods = allTasks(stack);
    const owners = taskOwners(stack);
    const teams = teamConnections(owners, addresses);
    const entrance =
        stack.entrance &&
        entranceConnections({
            clients: stack.entrance.clients,
            loadBalancer: addresses.cluster,
            kubelet: kubelet(addresses),
            kubernetes: kubernetesApi(addresses),
        });
    const balancing = loadBalancerRows(stack, addresses);
    const mesh = meshConnections(
        [
            namespaceName,
            ...(entrance ? [entranceNamespace] : []),
            ...(balancing ? [loadBalancerNamespace] : []),
            ...teams.namespaces,
        ],
        addresses,
        {
            existingCertManager: stack.existing.certManager !== undefined,
            prometheus: stack.existing.prometheus,
        },
    );
    const airflow = airflowConnections({
        database: databasePlace(stack, owners, addresses),
        tasks: taskPods,
        triggerer: sharesParsing(owners),
        fetches: fetches(owners),
        basePath: basePath(stack.airflow.url),
        frontDoor: entrance
            ? envoy
            : stack.mesh.frontDoor && { kind: "workload", name: "front-door", ...stack.mesh.frontDoor },
        machines: owners.flatMap(({ team, machines }) =>
            machines.flatMap(({ name, from }): Workload[] =>
                from === undefined ? [] : [{ kind: "workload", name: `machine-${team.name}-${name}`, ...from }],
            ),
        ),
        kubelet: kubelet(addresses),
        kubernetes: kubernetesApi(addresses),
    });
    return {
        namespaces: mesh.namespaces,
        connections: [
            ...mesh.connections,
            ...(entrance?.connections ?? []),
            ...(balancing?.connections ?? []),
            ...uiConnections(stack.entrance),
            ...airflow.connections,
            ...callRows("asked", taskPods, stack.mesh.calls, (reason) => `Asked for by the stack: ${reason}`),
            ...teams.connections,
        ],
        egress: [
            ...mesh.egress,
            ...(entrance?.egress ?? []),
            ...(balancing?.egress ?? []),
            ...airflow.egress,
            ...inAws(stack, taskPods, owners),
            ...(stack.login ? [...loginEgress(stack.login.rules), ...machineIssuerEgress(stack.login.rules)] : []),
            ...uiEgress(stack.entrance, stack.login),
            ...certificateEgress(stack),
            ...asked(stack.mesh.egress, taskPods, owners),
            ...teams.egress,
        ],
    };
}

/** A task of a team fetches its team's DAGs alone. */
function fetches(owners: readonly TaskOwner[]): BundleFetch[] {
    const shared = owners.filter(({ isolated }) => !isolated).flatMap(({ bundles }) => bundles);
    return [
        ...(sharesParsing(owners) ? [{ by: [dagProcessor] as const, bundles: shared }] : []),
        ...owners.map((owner) => ({
            by: [tasksOf(owner), ...dagProcessorsOf(owner)] as const,
            bundles: owner.bundles,
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

function databasePlace({ airflow }: Stack, owners: readonly TaskOwner[], addresses: ClusterAddresses): DatabasePlace {
    const { database, pools, keys } = airflow;
    return {
        ...databaseAddress(database, addresses),
        makesRole: database.kind === DatabaseKind.rds,
        importsPools: pools.length > 0,
        rotatesFernetKey: keys.fernet.generations.length > 1,
        keepsTeamRights: owners.some(({ isolated }) => isolated),
        parts: [
            ...(sharesParsing(owners) ? [dagProcessor, triggerer] : []),
            ...owners.flatMap((owner) => [...dagProcessorsOf(owner), ...triggerersOf(owner)]),
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

function inAws({ cluster, airflow }: Stack, taskPods: NonEmpty<Workload>, owners: readonly TaskOwner[]): Egress[] {
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
        triggerer: sharesParsing(owners),
        teams: owners.flatMap(({ team, aws }) =>
            aws === undefined
                ? []
                : [
                      {
                          tasks: tasksOf({ team }),
                          buckets: [...aws.read, ...aws.write].map(bucketOf),
                          secrets: aws.secretsPath !== undefined,
                      },
                  ],
        ),
    });
}

/** Who sends what a stack asks for. Triggers of tasks run where their owner's do. */
const callers = {
    [EgressOf.tasks]: (taskPods: NonEmpty<Workload>, owners: readonly TaskOwner[]): readonly Workload[] => [
        ...taskPods,
        ...(sharesParsing(owners) ? [triggerer] : []),
        ...owners.flatMap(triggerersOf),
    ],
    [EgressOf.apiServer]: (): readonly Workload[] => [apiServer],
    [EgressOf.dagProcessor]: (_: NonEmpty<Workload>, owners: readonly TaskOwner[]): readonly Workload[] => [
        ...(sharesParsing(owners) ? [dagProcessor] : []),
        ...owners.flatMap(dagProcessorsOf),
    ],
};

function asked(entries: Stack["mesh"]["egress"], taskPods: NonEmpty<Workload>, owners: readonly TaskOwner[]): Egress[] {
    return entries.flatMap(({ hosts: [first, ...rest], port, from, reason }, index) => {
        const [caller, ...others] = callers[from](taskPods, owners);
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
