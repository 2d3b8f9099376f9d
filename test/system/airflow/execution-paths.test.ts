import assert from "node:assert/strict";
import { request } from "node:http";

import { airflowConnections } from "../../../components/airflow/connections/airflow-connections.ts";
import { apiServer, tasks } from "../../../components/airflow/connections/workloads.ts";
import { type Workload } from "../../../components/connection.ts";
import { kubernetesApi } from "../../../components/mesh/connections/kubernetes-api.ts";
import { kubelet, unknownAddresses } from "../../../components/mesh/connections/sources.ts";
import { policyObjects } from "../../../components/mesh/policy/policy-objects.ts";
import { meshDecision } from "../../support/policy/linkerd-policy.ts";
import { type RealAirflow, startRealAirflow } from "../login/real-airflow.ts";

/** One request with its path exactly as written: fetch would tidy it first, and a proxy passes it on as it is. */
function ask(base: string, path: string): Promise<{ status: number; body: string }> {
    const { hostname, port } = new URL(base);
    return new Promise((resolve, reject) => {
        const asking = request({ hostname, port, path, method: "GET", headers: { connection: "close" } }, (answer) => {
            const chunks: Buffer[] = [];
            answer.on("data", (chunk: Buffer) => chunks.push(chunk));
            answer.on("end", () => {
                resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
            });
        });
        asking.once("error", reject);
        asking.end();
    });
}

/** The same place, said otherwise. */
const ups = ["..", "%2e%2e", "%2E%2E", ".%2e", "..;", "%252e%252e", ".", ""];

// The mesh lets a task's identity send what begins with /execution/, and people send what does not. What it compares is the
// path as it was sent, so Airflow may not understand another place by it.
describe("the paths of Airflow's API server", function () {
    this.timeout("10m");

    let airflow: RealAirflow;

    before(async () => {
        airflow = await startRealAirflow();
    });

    after(async () => {
        await airflow.stop();
    });

    it("answers without a login at one place of each kind, by which the others are known", async () => {
        const version = await ask(airflow.url, "/api/v2/version");
        assert.equal(version.status, 200);
        assert.match(version.body, /3\.3\.2/);
        assert.equal((await ask(airflow.url, "/execution/health")).status, 200);
        const page = await ask(airflow.url, "/");
        assert.match(page.body, /<html|<!doctype html/i);
    });

    it("lead from below /execution/ nowhere else, whatever is written for the folder above", async () => {
        for (const up of ups) {
            for (const place of ["api/v2/version", "api/v2/monitor/health", "ui/config", "auth/login/", "", "dags"]) {
                for (const path of [
                    `/execution/${up}/${place}`,
                    `/execution/x/${up}/${up}/${place}`,
                    `/execution/${up}%2f${place.replaceAll("/", "%2f")}`,
                    `/execution/${up}\\${place}`,
                ]) {
                    const { status, body } = await ask(airflow.url, path);
                    assert.ok(
                        [400, 401, 403, 404, 405, 422].includes(status),
                        `${path} was answered with ${status}: ${body}`,
                    );
                    assert.doesNotMatch(body, /3\.3\.2|<html|metadatabase/i, path);
                }
            }
        }
    });

    it("lead to the execution API by no spelling that the mesh lets people send", async () => {
        const { body: health } = await ask(airflow.url, "/execution/health");
        const reached: string[] = [];
        const spellings = [
            "//execution/health",
            "/./execution/health",
            "/%2e/execution/health",
            "/Execution/health",
            "/%65xecution/health",
            "/execution%2fhealth",
            "/%2fexecution/health",
            ...["ui", "api/v2", "auth", "static", "dags", "docs"].flatMap((place) =>
                ups.flatMap((up) => [
                    `/${place}/${up}/execution/health`,
                    `/${place}/${up}/${up}/execution/health`,
                    `/${place}/${up}%2fexecution%2fhealth`,
                ]),
            ),
        ];
        for (const path of spellings) {
            const { status, body } = await ask(airflow.url, path);
            if (status === 200 && body === health) {
                reached.push(path);
            }
        }
        // Airflow decodes before it looks, so there are some: it is the mesh that has to tell them apart.
        assert.ok(reached.includes("/%65xecution/health"));
        assert.deepEqual(
            reached.filter((path) => peopleMay("GET", path)),
            [],
        );
        for (const path of [
            "/",
            "/ui/config",
            "/api/v2/version",
            "/auth/login/",
            "/dags/values/runs",
            "/static/x.js",
        ]) {
            assert.ok(peopleMay("GET", path), path);
        }
    });
});

const frontDoor: Workload = {
    kind: "workload",
    name: "front-door",
    namespace: "ingress",
    serviceAccount: "ingress",
    labels: { app: "ingress" },
};

/** Whether the mesh's policies, as a stack with a front door has them, let it through. */
function peopleMay(method: string, path: string): boolean {
    const { connections } = airflowConnections({
        database: {
            makesRole: false,
            importsPools: false,
            rotatesFernetKey: false,
            keepsTeamRights: false,
            parts: [],
        },
        triggerer: true,
        tasks: [tasks("team-a", "airflow-task")],
        fetches: [],
        machines: [],
        basePath: "",
        frontDoor,
        kubelet: kubelet(unknownAddresses),
        kubernetes: kubernetesApi(unknownAddresses),
    });
    const objects = policyObjects(
        { connections, egress: [], namespaces: ["airflow"] },
        { mode: "enforce", clusterCidrs: unknownAddresses.cluster },
    );
    return meshDecision(objects, {
        identity: { namespace: "ingress", serviceAccount: "ingress" },
        address: "10.0.0.1",
        pod: { namespace: "airflow", labels: apiServer.labels, defaultPolicy: "deny" },
        port: 8080,
        request: { method, path },
    }).allowed;
}
