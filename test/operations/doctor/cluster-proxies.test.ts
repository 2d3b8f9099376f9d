import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ApiServer } from "../../../operations/cluster/api-server.ts";
import { type Reading, readProxies } from "../../../operations/doctor/proxies/cluster-proxies.ts";
import { latestOf } from "../../../operations/doctor/proxies/latest-scrapes.ts";
import { type Answer, ApiServerDouble, podList } from "./api-server-double.ts";

const metricsOf = (pod: string) => `/api/v1/namespaces/airflow/pods/${pod}:4191/proxy/metrics`;
const pods = "/api/v1/namespaces/airflow/pods";

describe("the reading of a cluster's proxies", () => {
    let folder: string;
    let cluster: ApiServerDouble | undefined;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-doctor-"));
    });
    afterEach(async () => {
        await cluster?.stop();
        cluster = undefined;
        rmSync(folder, { recursive: true });
    });

    async function serverOf(answers: Record<string, Answer>, context?: string): Promise<ApiServer> {
        cluster = new ApiServerDouble(answers);
        const kubeconfig = join(folder, "kubeconfig");
        writeFileSync(kubeconfig, await cluster.start());
        return new ApiServer({ kubeconfig, context, timeoutSeconds: 0.3 });
    }
    const read = async (answers: Record<string, Answer>) => readProxies(await serverOf(answers), ["airflow"]);

    it("asks for running pods with a proxy, and each of them for its metrics", async () => {
        const { scrapes, notRead } = await read({
            [pods]: podList("worker-1", "worker-2"),
            [metricsOf("worker-1")]: [200, "a 1\n"],
            [metricsOf("worker-2")]: [200, "a 2\n"],
        });
        assert.deepEqual(notRead, []);
        assert.deepEqual(
            scrapes.map(({ pod, text }) => [pod.name, pod.namespace, pod.labels.component, text]),
            [
                ["worker-1", "airflow", "worker", "a 1\n"],
                ["worker-2", "airflow", "worker", "a 2\n"],
            ],
        );
        const query = new URL(cluster?.asked[0]?.path ?? "", "http://cluster").searchParams;
        assert.equal(query.get("labelSelector"), "linkerd.io/control-plane-ns=linkerd");
        assert.equal(query.get("fieldSelector"), "status.phase=Running");
        assert.ok(cluster?.asked.every(({ token }) => token === "Bearer hunter2"));
    });

    it("passes over a pod that is gone, and names one that cannot be read", async () => {
        const { scrapes, notRead } = await read({
            [pods]: podList("gone", "slow", "broken", "shut", "well"),
            [metricsOf("slow")]: "silence",
            [metricsOf("broken")]: [503, "hunter2"],
            [metricsOf("shut")]: [403, ""],
            [metricsOf("well")]: [200, "a 1\n"],
        });
        assert.deepEqual(
            scrapes.map(({ pod }) => pod.name),
            ["well"],
        );
        assert.deepEqual(
            notRead.map(({ pod }) => pod),
            ["airflow/slow", "airflow/broken", "airflow/shut"],
        );
        const [slow, broken, shut] = notRead.map(({ reason }) => reason);
        assert.match(
            slow ?? "",
            /^get pods\/proxy of airflow\/slow: no answer from context here in 0\.3 s\. .* --timeout\.$/,
        );
        assert.equal(broken, "get pods/proxy of airflow/broken: the API server answered HTTP 503");
        assert.match(
            shut ?? "",
            /refused \(HTTP 403\)\. It takes the rights to list pods and to get pods\/proxy there/,
        );
    });

    it("fails where pods cannot be listed, and says whom to ask", async () => {
        await assert.rejects(read({ [pods]: [403, ""] }), /^Error: list pods in airflow: refused \(HTTP 403\)/);
        await cluster?.stop();
        await assert.rejects(
            read({ [pods]: [401, ""] }),
            /the cluster does not know you \(HTTP 401\)\. Log in anew for context here\.$/,
        );
        await cluster?.stop();
        await assert.rejects(read({ [pods]: "silence" }), /no answer from context here in 0\.3 s/);
    });

    it("fails at a cluster that cannot be reached, by its context, the reason and the way out", async () => {
        const server = await serverOf({});
        await cluster?.stop();
        cluster = undefined;
        await assert.rejects(
            readProxies(server, ["airflow"]),
            /^Error: list pods in airflow: context here cannot be reached: .*ECONNREFUSED.*Name another with --kubeconfig and --context\.$/,
        );
    });

    it("refuses a context that the kubeconfig does not have", async () => {
        await assert.rejects(
            serverOf({}, "there"),
            /^Error: --context is "there": the kubeconfig has no such context\. It has: here\.$/,
        );
    });

    it("keeps the last that each proxy gave, and forgets a failure that passed", () => {
        const scrape = (name: string, text: string) => ({ pod: { namespace: "airflow", name, labels: {} }, text });
        const readings: Reading[] = [
            {
                scrapes: [scrape("task", "1"), scrape("stays", "1")],
                notRead: [{ pod: "airflow/late", reason: "slow" }],
            },
            {
                scrapes: [scrape("stays", "2"), scrape("late", "1")],
                notRead: [{ pod: "airflow/never", reason: "slow" }],
            },
        ];
        const { scrapes, notRead } = latestOf(readings);
        assert.deepEqual(
            scrapes.map(({ pod, text }) => [pod.name, text]),
            [
                ["task", "1"],
                ["stays", "2"],
                ["late", "1"],
            ],
        );
        assert.deepEqual(notRead, [{ pod: "airflow/never", reason: "slow" }]);
    });
});
