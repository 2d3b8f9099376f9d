import assert from "node:assert/strict";

import { foundPrometheus } from "../../../stacks/existing/prometheus.ts";

const wanted = {
    namespace: "monitoring",
    service: "prometheus",
    port: 9090,
    serviceAccount: "prometheus",
    labels: { app: "prometheus", tier: "metrics" },
};
const ready = { conditions: [{ type: "Ready", status: "True" }] };

/** What is found in a cluster that answers with these lists, and what it was asked. */
async function found(lists: { services?: object[]; pods?: object[]; annotations?: Record<string, string> }) {
    const asked: string[] = [];
    const home = { metadata: { name: "monitoring", annotations: lists.annotations } };
    const answers: Record<string, object[] | undefined> = {
        "/api/v1/namespaces/monitoring/services": lists.services,
        "/api/v1/namespaces/monitoring/pods": lists.pods,
        "/api/v1/namespaces": [home],
    };
    const read = (path: string) => {
        asked.push(path);
        // The API server writes an empty list as null.
        return Promise.resolve({ items: answers[path.split("?")[0] ?? ""] ?? null });
    };
    return { asked, prometheus: await foundPrometheus({ read }, wanted) };
}

describe("what is where a stack says that a Prometheus is", () => {
    it("is nothing in a namespace that has nothing", async () => {
        const { prometheus, asked } = await found({});
        assert.deepEqual(prometheus, { ports: undefined, pods: [] });
        assert.ok(asked.includes("/api/v1/namespaces/monitoring/pods?labelSelector=app%3Dprometheus%2Ctier%3Dmetrics"));
    });

    it("is the Service of that name with its ports, and pods with their account", async () => {
        const { prometheus } = await found({
            services: [
                { metadata: { name: "alertmanager" }, spec: { ports: [{ port: 9093 }] } },
                { metadata: { name: "prometheus" }, spec: { ports: [{ port: 9090 }, { port: 8080 }] } },
            ],
            pods: [
                { metadata: { name: "a" }, spec: { serviceAccountName: "prometheus" }, status: ready },
                { metadata: { name: "b" }, spec: {}, status: { conditions: [{ type: "Ready", status: "False" }] } },
                { metadata: { name: "c" }, spec: {} },
            ],
        });
        assert.deepEqual(prometheus, {
            ports: [9090, 8080],
            pods: [
                { serviceAccount: "prometheus", ready: true, meshed: false },
                { serviceAccount: "default", ready: false, meshed: false },
                { serviceAccount: "default", ready: false, meshed: false },
            ],
        });
    });

    it("is meshed as its pod says, and else as its namespace says", async () => {
        const pod = (inject?: string) => ({
            metadata: { name: "a", annotations: inject === undefined ? {} : { "linkerd.io/inject": inject } },
            spec: { serviceAccountName: "prometheus" },
            status: ready,
        });
        const pods = [pod(), pod("enabled"), pod("disabled")];
        const meshed = async (annotations: Record<string, string>) =>
            (await found({ pods, annotations })).prometheus.pods.map((each) => each.meshed);
        assert.deepEqual(await meshed({}), [false, true, false]);
        assert.deepEqual(await meshed({ "linkerd.io/inject": "enabled" }), [true, true, false]);
    });
});
