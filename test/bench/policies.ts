import { tasks } from "../../components/airflow/connections/workloads.ts";
import {
    type Connection,
    type ConnectionTable,
    type NonEmpty,
    Protocol,
    type Workload,
} from "../../components/connection.ts";
import { kubelet, unknownAddresses } from "../../components/mesh/connections/sources.ts";
import { meshConnections } from "../../components/mesh/connections/mesh-connections.ts";
import { policyObjects } from "../../components/mesh/policy/policy-objects.ts";

const counts = [10, 100, 1000];

/** What the policies of so many teams cost, each with a namespace, an account and a host of its own: rows only. */
export function policyCosts(): { what: string; measured: string }[] {
    policyObjects(teamsTable(1), { mode: "enforce", clusterCidrs: unknownAddresses.cluster });
    return counts.map((teams) => {
        const began = performance.now();
        const objects = policyObjects(teamsTable(teams), { mode: "enforce", clusterCidrs: unknownAddresses.cluster });
        const ms = performance.now() - began;
        return {
            what: `policies of ${teams} teams`,
            measured: `${objects.length} objects, ${(ms / 1000).toFixed(2)} s`,
        };
    });
}

/** One table of a platform with so many teams. */
export function teamsTable(teams: number): ConnectionTable {
    const namespaces = Array.from({ length: teams }, (_, index) => `team-${index}`);
    const [first, ...rest] = namespaces.map((namespace) => tasks(namespace, "tasks"));
    const apiServer: Workload = {
        kind: "workload",
        name: "api-server",
        namespace: "airflow",
        serviceAccount: "airflow-api-server",
        labels: { component: "api-server" },
    };
    const all: NonEmpty<Workload> = [first ?? tasks("team", "tasks"), ...rest];
    const at = { to: apiServer, port: { number: 8080, protocol: Protocol.http } };
    const connections: Connection[] = [
        { ...at, name: "tasks", from: all, only: [{ path: { below: "/execution/" } }], reason: "Tasks report" },
        {
            ...at,
            name: "health",
            from: [kubelet(unknownAddresses)],
            only: [{ path: { exact: "/api/v2/monitor/health" } }],
            reason: "The kubelet asks",
        },
    ];
    const mesh = meshConnections(["airflow", ...namespaces], unknownAddresses);
    return {
        namespaces: mesh.namespaces,
        connections: [...mesh.connections, ...connections],
        egress: [
            ...mesh.egress,
            ...all.map((from, index) => ({
                name: "asked",
                from: [from] as const,
                to: {
                    kind: "hosts" as const,
                    hosts: [`team-${index}.example.com`] as const,
                    port: 443,
                    named: true,
                    private: false,
                },
                reason: "Asked for by the team" as const,
            })),
        ],
    };
}
