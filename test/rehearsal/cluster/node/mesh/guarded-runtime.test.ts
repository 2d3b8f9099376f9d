import assert from "node:assert/strict";

import { type ContainerRequest } from "../../../../../rehearsal/cluster/node/containers/container-runtime.ts";
import { GuardedRuntime } from "../../../../../rehearsal/cluster/node/mesh/guarded-runtime.ts";
import { objects, pod } from "../pods/pod-fixture.ts";

describe("a runtime that minds mesh policy", () => {
    const request: ContainerRequest = {
        pod: pod(),
        container: { name: "main", image: "example/main:1" },
        role: "main",
        podIP: "10.244.0.5",
        restarts: 0,
        objects: objects(),
    };

    function guarded(problem: string | undefined) {
        const done: string[] = [];
        const runtime = new GuardedRuntime({
            runtime: {
                start: () => {
                    done.push("started");
                    return Promise.resolve({ stop: () => undefined });
                },
                adopt: () => Promise.resolve({ stop: () => undefined }),
            },
            problem: () => problem,
            events: {
                warn: (_pod, reason, message) => {
                    done.push(`${reason}: ${message}`);
                    return Promise.resolve();
                },
            },
        });
        return { runtime, done };
    }

    it("starts a pod that nothing is wrong with", async () => {
        const { runtime, done } = guarded(undefined);
        await runtime.start(request, () => undefined);
        assert.deepEqual(done, ["started"]);
    });

    it("starts none whose policy is unclear, and says why where people look", async () => {
        const { runtime, done } = guarded("Servers a and b");
        await assert.rejects(
            runtime.start(request, () => undefined),
            { message: "Servers a and b" },
        );
        assert.deepEqual(done, ["MeshPolicyUnclear: Servers a and b"]);
    });

    it("takes over what runs already, which must not end because of a policy", async () => {
        const { runtime } = guarded("Servers a and b");
        const running = {
            is: "running",
            id: "",
            imageID: "",
            startedAt: new Date(),
            started: true,
            ready: true,
        } as const;
        assert.ok(await runtime.adopt(request, running, () => undefined));
    });
});
