import assert from "node:assert/strict";

import { type ApiObject } from "../../../rehearsal/providers/kubernetes/api.ts";
import { readiness } from "../../../rehearsal/providers/kubernetes/readiness.ts";

const judge = (kind: string, object: ApiObject, related: ApiObject[] = []) => {
    const rule = readiness[kind];
    assert.ok(rule, kind);
    return rule.judge({ metadata: { name: "it", generation: 2 }, ...object }, related);
};

const crashing: ApiObject = {
    metadata: { name: "it-1" },
    status: {
        containerStatuses: [
            {
                name: "app",
                restartCount: 4,
                state: { waiting: { reason: "CrashLoopBackOff" } },
                lastState: { terminated: { exitCode: 3, reason: "Error" } },
            },
        ],
    },
};

describe("readiness of Kubernetes objects", () => {
    const deployment = (status: object): ApiObject => ({ spec: { replicas: 2 }, status });
    const done = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };

    it("takes a Deployment as made when this version is available and no old one is left", () => {
        assert.equal(judge("apps/v1/Deployment", deployment(done)).state, "ready");
        assert.equal(judge("apps/v1/Deployment", deployment({ ...done, observedGeneration: 1 })).state, "waiting");
        assert.equal(judge("apps/v1/Deployment", deployment({ ...done, availableReplicas: 1 })).state, "waiting");
        assert.match(judge("apps/v1/Deployment", deployment({ ...done, replicas: 3 })).message, /1 of the old version/);
    });

    it("gives up on a rollout that stopped, and names the pod at fault", () => {
        const conditions = [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" }];
        const verdict = judge("apps/v1/Deployment", deployment({ ...done, conditions }), [crashing]);
        assert.equal(verdict.state, "failed");
        assert.match(verdict.message, /ProgressDeadlineExceeded; pod it-1: container app exited with 3 \(Error\)/);
    });

    it("says why pods cannot be made", () => {
        const conditions = [
            { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: "denied by gate" },
        ];
        const verdict = judge("apps/v1/Deployment", deployment({ observedGeneration: 2, conditions }));
        assert.match(verdict.message, /pods cannot be made: FailedCreate: denied by gate/);
    });

    it("says why a pod is not scheduled, or its image not there", () => {
        const unscheduled = { type: "PodScheduled", status: "False", reason: "Unschedulable", message: "no nodes" };
        const pulling = { name: "app", state: { waiting: { reason: "ImagePullBackOff", message: "not found" } } };
        assert.match(judge("v1/Pod", { status: { conditions: [unscheduled] } }).message, /Unschedulable: no nodes/);
        assert.match(
            judge("v1/Pod", { status: { initContainerStatuses: [pulling] } }).message,
            /app: ImagePullBackOff: not found/,
        );
    });

    it("waits for a StatefulSet to finish its update", () => {
        const status = {
            observedGeneration: 2,
            readyReplicas: 1,
            updatedReplicas: 1,
            currentRevision: "a",
            updateRevision: "b",
        };
        assert.equal(judge("apps/v1/StatefulSet", { spec: {}, status }).state, "waiting");
        assert.equal(
            judge("apps/v1/StatefulSet", { spec: {}, status: { ...status, currentRevision: "b" } }).state,
            "ready",
        );
    });

    it("takes a failed Job as an error, and waits for a complete one", () => {
        const ended = (type: string) => ({
            spec: {},
            status: { conditions: [{ type, status: "True", reason: "BackoffLimitExceeded" }] },
        });
        assert.match(judge("batch/v1/Job", ended("Failed")).message, /the Job failed: BackoffLimitExceeded/);
        assert.equal(judge("batch/v1/Job", ended("Complete")).state, "ready");
        assert.equal(judge("batch/v1/Job", { spec: {}, status: { active: 1 } }).state, "waiting");
    });

    it("waits for a Service's endpoints only where it has them", () => {
        const spec = { selector: { app: "it" } };
        const slice = { endpoints: [{ addresses: ["10.0.0.1"], conditions: { ready: true } }] };
        assert.equal(judge("v1/Service", { spec }).state, "waiting");
        assert.equal(judge("v1/Service", { spec }, [slice]).state, "ready");
        assert.equal(judge("v1/Service", { spec: { ...spec, clusterIP: "None" } }).state, "ready");
        assert.equal(judge("v1/Service", { spec: {} }).state, "ready");
        assert.equal(judge("v1/Service", { spec: { ...spec, type: "ExternalName" } }).state, "ready");
    });

    it("waits until a definition is established, and gives up when its names are taken", () => {
        const kind = "apiextensions.k8s.io/v1/CustomResourceDefinition";
        const status = (type: string, value: string) => ({
            status: { conditions: [{ type, status: value, reason: "Taken" }] },
        });
        assert.equal(judge(kind, status("Established", "True")).state, "ready");
        assert.equal(judge(kind, {}).state, "waiting");
        assert.equal(judge(kind, status("NamesAccepted", "False")).state, "failed");
    });
});
