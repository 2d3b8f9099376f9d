import assert from "node:assert/strict";

import {
    apiServer,
    dagProcessor,
    ports,
    scheduler,
    triggerer,
} from "../../components/airflow/connections/workloads.ts";
import { type Workload } from "../../components/connection.ts";
import { envoy, envoyGateway } from "../../components/entrance/connections/entrance-connections.ts";
import { prometheus, web } from "../../components/mesh/connections/workloads.ts";
import { type PolicyObject } from "../../components/mesh/policy/objects/policy-object.ts";
import { PolicyMode } from "../../components/mesh/policy/objects/server.ts";
import { policyObjects } from "../../components/mesh/policy/policy-objects.ts";
import { connectionTable, policySettings } from "../../stacks/connections.ts";
import { allTasks } from "../../stacks/teams/team-tasks.ts";
import { type Attack } from "../support/attacks/attack.ts";
import { refusesAttacks } from "../support/attacks/attacks.ts";
import { exampleStack } from "../support/policy/example-stack.ts";
import { meshDecision } from "../support/policy/linkerd-policy.ts";
import { networkDecision } from "../support/policy/network-policy.ts";

const entrance = {
    kind: "gateway",
    certificate: { kind: "private-ca" },
    keysUrl: "https://login.example.com/keys",
    uis: [{ kind: "viz", hostname: "viz.example.com", groups: ["platform-admins"] }],
};

/** The policies of a stack as they are applied, and those of its workloads that the attacks are named after. */
interface Door {
    readonly objects: readonly PolicyObject[];
    readonly mode: PolicyMode;
    readonly task: Workload;
}

async function doorOf(mode: PolicyMode): Promise<Door> {
    const config = await exampleStack("prod.example", (sections) => {
        sections.entrance = entrance;
    });
    const [task] = allTasks(config);
    assert.ok(task);
    return { objects: policyObjects(connectionTable(config), { ...policySettings(config), mode }), mode, task };
}

const meshed = { "linkerd.io/control-plane-ns": "linkerd" };

const stranger = (namespace: string, serviceAccount: string, labels: Record<string, string>): Workload => ({
    kind: "workload",
    name: "stranger",
    namespace,
    serviceAccount,
    labels,
});

const byMesh =
    (from: Workload | undefined, method: string, path: string) =>
    ({ objects, mode, task }: Door): string | undefined => {
        const caller = from === aTask ? task : from;
        const { allowed, because } = meshDecision(objects, {
            identity: caller && { namespace: caller.namespace, serviceAccount: caller.serviceAccount ?? "" },
            address: "10.40.7.7",
            pod: {
                namespace: apiServer.namespace,
                labels: { ...apiServer.labels, ...meshed },
                defaultPolicy: mode === PolicyMode.audit ? "audit" : "deny",
            },
            port: ports.apiServer.number,
            request: { method, path },
        });
        return allowed ? undefined : because;
    };

const byNetwork =
    (from: Workload) =>
    ({ objects, task }: Door): string | undefined => {
        const { namespace, labels } = from === aTask ? task : from;
        const reaches = networkDecision(objects, {
            from: { address: "10.40.7.7", pod: { namespace, labels: { ...labels, ...meshed } } },
            to: { address: "10.40.7.8", pod: { ...apiServer, labels: { ...apiServer.labels, ...meshed } } },
            port: ports.apiServer.number,
        });
        return reaches ? undefined : "no policy of the network lets the packet through";
    };

/** Stands for a task of the stack's, which is known once its config was read. */
const aTask = stranger("tasks", "task", {});

const says = /^no (policy|route)/;
const calls = (name: string, from: Workload | undefined, path: string, method = "GET"): Attack<Door> => ({
    name,
    attempt: byMesh(from, method, path),
    says,
});

const mesh: readonly Attack<Door>[] = [
    calls("the interface, by a task", aTask, "/ui/dags"),
    calls("the API for people, by a task", aTask, "/api/v2/dags", "POST"),
    calls("a token of Airflow's, by a task", aTask, "/auth/token", "POST"),
    calls("the interface by a path that begins as its own, by a task", aTask, "/executions/../ui/dags"),
    calls("the interface, by the scheduler", scheduler, "/ui/dags"),
    calls("the API for people, by the DAG processor", dagProcessor, "/api/v2/connections"),
    calls("the API for people, by the triggerer", triggerer, "/api/v2/variables"),
    calls("the API for people, by the metrics' server", prometheus, "/api/v2/dags"),
    calls("the API for people, by the mesh's dashboard", web, "/api/v2/dags"),
    calls("the interface, by the entrance's controller", envoyGateway, "/ui/dags"),
    calls("the execution API for tasks, through the entrance", envoy, "/execution/task-instances/1/run", "PATCH"),
    calls(
        "the interface, by an account of the entrance's name in another namespace",
        stranger("shop", envoy.serviceAccount ?? "", envoy.labels),
        "/ui/dags",
    ),
    calls(
        "the interface, by another account in the entrance's namespace",
        stranger(envoy.namespace, "default", envoy.labels),
        "/ui/dags",
    ),
    calls("the interface, by a meshed pod of somebody else's", stranger("shop", "shop", { app: "shop" }), "/ui/dags"),
    calls("the interface, by a pod without the mesh", undefined, "/ui/dags"),
];

const packet = (name: string, from: Workload): Attack<Door> => ({
    name,
    attempt: byNetwork(from),
    says: /no policy of the network/,
});

const network: readonly Attack<Door>[] = [
    packet("the API server's port, by the mesh's dashboard", web),
    packet("the API server's port, by the entrance's controller", envoyGateway),
    packet("the API server's port, by a pod of somebody else's", stranger("shop", "shop", { app: "shop" })),
    packet("the API server's port, by a pod with Envoy's labels elsewhere", stranger("shop", "shop", envoy.labels)),
];

describe("Airflow's API server, called past the entrance", function () {
    this.timeout("1m");

    let enforced: Door;

    before(async () => {
        enforced = await doorOf(PolicyMode.enforce);
    });

    it("is there for Envoy, and for a task that reports, so that the others are refused for who they are", () => {
        assert.equal(byMesh(envoy, "GET", "/ui/dags")(enforced), undefined);
        assert.equal(byMesh(aTask, "PATCH", "/execution/task-instances/1/run")(enforced), undefined);
        assert.equal(byNetwork(envoy)(enforced), undefined);
        assert.equal(byNetwork(aTask)(enforced), undefined);
    });

    refusesAttacks(
        "a pod of the cluster",
        {
            name: "the mesh's policies",
            guarded: () => enforced,
            unguarded: () => doorOf(PolicyMode.audit),
        },
        mesh,
    );

    refusesAttacks(
        "a pod of the cluster",
        {
            name: "the network's policies",
            guarded: () => enforced,
            unguarded: () => doorOf(PolicyMode.audit),
        },
        network,
    );
});
