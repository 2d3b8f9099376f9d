import assert from "node:assert/strict";

import { inputsSince } from "../../../rehearsal/providers/kubernetes/drift.ts";

describe("what an object's inputs have become", () => {
    const inputs = {
        metadata: { name: "web", labels: { app: "web", team: "a" } },
        spec: { replicas: 2, cpu: "1000m", env: [], ports: [{ port: 80, name: "http" }] },
    };
    /** In the API server's words, and with what it adds. */
    const recorded = {
        metadata: { name: "web", labels: { app: "web", team: "a" }, uid: "1", resourceVersion: "7" },
        spec: { replicas: 2, cpu: "1", ports: [{ port: 80, name: "http", protocol: "TCP" }], paused: false },
        status: { ready: 0 },
    };

    it("is what they were when nothing has changed, however the API server words it", () => {
        const live = { ...recorded, metadata: { ...recorded.metadata, resourceVersion: "9" }, status: { ready: 2 } };
        assert.deepEqual(inputsSince(inputs, recorded, live), inputs);
    });

    it("is what is there, for each field that was given and has changed", () => {
        const live = {
            metadata: { ...recorded.metadata, labels: { app: "web", team: "b" } },
            spec: { ...recorded.spec, cpu: "2", ports: [{ port: 81, name: "http", protocol: "UDP" }], paused: true },
        };
        assert.deepEqual(inputsSince(inputs, recorded, live), {
            metadata: { name: "web", labels: { app: "web", team: "b" } },
            spec: { replicas: 2, cpu: "2", env: [], ports: [{ port: 81, name: "http" }] },
        });
    });

    it("lacks what somebody has taken away", () => {
        const live = { metadata: { name: "web", labels: { app: "web" } }, spec: { ...recorded.spec, ports: [] } };
        assert.deepEqual(inputsSince(inputs, recorded, live), {
            metadata: { name: "web", labels: { app: "web" } },
            spec: { ...inputs.spec, ports: [] },
        });
        assert.deepEqual(inputsSince(inputs, recorded, { metadata: { name: "web" }, spec: recorded.spec }).metadata, {
            name: "web",
        });
    });

    it("is the whole list when its length has changed", () => {
        const ports = [...recorded.spec.ports, { port: 443, name: "https", protocol: "TCP" }];
        const live = { ...recorded, spec: { ...recorded.spec, ports } };
        assert.deepEqual((inputsSince(inputs, recorded, live).spec as { ports: unknown }).ports, ports);
    });

    it("is a Secret's texts, which the API server keeps encoded", () => {
        const encoded = (values: Record<string, string>) =>
            Object.fromEntries(
                Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
            );
        const secret = { kind: "Secret", stringData: { kept: "one", changed: "two", gone: "three" } };
        const before = { kind: "Secret", data: encoded(secret.stringData) };
        assert.deepEqual(inputsSince(secret, before, before), secret);
        const live = { kind: "Secret", data: encoded({ kept: "one", changed: "four", added: "five" }) };
        assert.deepEqual(inputsSince(secret, before, live).stringData, { kept: "one", changed: "four" });
    });
});
