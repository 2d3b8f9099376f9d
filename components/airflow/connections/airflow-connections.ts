import {
    type Addresses,
    type Connection,
    type Destination,
    type Egress,
    type NonEmpty,
    type Workload,
} from "../../connection.ts";
import { databaseConnections, type DatabasePlace } from "./database-connections.ts";
import { type BundleFetch, gitEgress } from "./git-egress.ts";
import { peoplesPaths } from "./peoples-paths.ts";
import { apiServer, podCleanup, ports, proxyCheck, scheduler, triggerer } from "./workloads.ts";

/** What Airflow's rows depend on. */
export interface AirflowConnections {
    readonly database: DatabasePlace;
    /** Whether one triggerer runs the triggers of everybody who has none of their own. */
    readonly triggerer: boolean;
    /** Every kind of pod that tasks run in. */
    readonly tasks: NonEmpty<Workload>;
    /** Who fetches DAGs, each from where only its own come from. */
    readonly fetches: readonly BundleFetch[];
    /** The path of the address that people use, without a slash at its end. Empty when it has none. */
    readonly basePath: string;
    /** What people come through. Undefined where there is nothing yet. */
    readonly frontDoor?: Workload | undefined;
    /** Programs in the cluster that start runs. */
    readonly machines: readonly Workload[];
    readonly kubelet: Addresses;
    readonly kubernetes: Destination;
}

/** Who calls the parts of Airflow, and whom they call. Nothing calls a task. */
export function airflowConnections(use: AirflowConnections): { connections: Connection[]; egress: Egress[] } {
    const database = databaseConnections(use.database);
    return {
        connections: [...toApiServer(use), ...(use.triggerer ? [triggerLogs] : []), ...database.connections],
        egress: [
            {
                name: "kubernetes",
                from: [scheduler, apiServer, podCleanup],
                to: use.kubernetes,
                reason: "Tasks are pods: one starts them, one shows their logs while they run, one deletes them",
            },
            {
                name: "kubernetes-check",
                from: [proxyCheck],
                to: use.kubernetes,
                reason: "After each release a Job looks for pods that should have a proxy and have none",
            },
            ...database.egress,
            ...use.fetches.flatMap(gitEgress),
        ],
    };
}

/**
 * One port for tasks, people and probes, told apart by the path. Of several routes the longest path counts.
 */
function toApiServer({ tasks, basePath, frontDoor, machines, kubelet }: AirflowConnections): Connection[] {
    const at = { to: apiServer, port: ports.apiServer };
    // In one row: of two with a path of their own, the longer path would take people's requests away from the shorter.
    const [first, ...others] = [...(frontDoor === undefined ? [] : [frontDoor]), ...machines];
    return [
        {
            ...at,
            name: "tasks",
            from: tasks,
            only: [{ path: { below: `${basePath}/execution/` } }],
            reason: "A task reports its state, and asks for connections and variables",
        },
        {
            ...at,
            name: "health",
            from: [kubelet],
            only: [{ methods: ["GET"], path: { exact: `${basePath}/api/v2/monitor/health` } }],
            reason: "The kubelet asks whether it is well",
        },
        ...(first === undefined
            ? []
            : [
                  {
                      ...at,
                      name: "people",
                      from: [first, ...others],
                      only: peoplesPaths(basePath),
                      reason: "People and programs use the UI, the REST API and the login",
                  } satisfies Connection,
              ]),
    ];
}

const triggerLogs: Connection = {
    name: "logs",
    from: [apiServer],
    to: triggerer,
    port: ports.triggererLogs,
    only: [{ methods: ["GET"], path: { below: "/log/" } }],
    reason: "The UI shows the log of a trigger while it waits",
};
