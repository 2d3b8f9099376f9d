import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";

import { type V1NetworkPolicy, type V1Pod } from "@kubernetes/client-node";

import {
    type Governed,
    NetworkPolicies,
    type PolicySources,
} from "../../../../../../../rehearsal/cluster/node/process/network/policy/network-policies.ts";
import { type PodRules } from "../../../../../../../rehearsal/cluster/node/process/network/policy/pod-rules.ts";
import { pod } from "../../../pods/pod-fixture.ts";

/** A network that takes rules when it is let. */
class ScriptedNetwork implements Governed {
    readonly seen: (readonly PodRules[])[] = [];
    problem: string | undefined;
    gate: Promise<void> = Promise.resolve();

    async govern(pods: readonly PodRules[]): Promise<void> {
        await this.gate;
        this.seen.push(pods);
    }

    get last(): readonly PodRules[] {
        return this.seen.at(-1) ?? [];
    }
}

const denyAll: V1NetworkPolicy = {
    metadata: { namespace: "team" },
    spec: { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Egress"] },
};

function labelled(labels: Record<string, string>, podIP?: string): V1Pod {
    const made = pod();
    return { ...made, metadata: { ...made.metadata, labels }, status: { ...made.status, podIP } };
}

describe("the network policies that a node follows", () => {
    let network: ScriptedNetwork;
    let pods: V1Pod[];
    let objects: V1NetworkPolicy[];
    let policies: NetworkPolicies;

    beforeEach(() => {
        network = new ScriptedNetwork();
        pods = [];
        objects = [denyAll];
        const sources: PolicySources = { pods: () => pods, namespaces: () => [], policies: () => objects };
        policies = new NetworkPolicies({ sources, network, standIns: [], patienceMs: 1000 });
    });

    it("hold for a pod before it has a network, though the API server knows no address of it", async () => {
        let gate: () => void = () => undefined;
        network.gate = new Promise((resolve) => (gate = resolve));
        let admitted = false;
        const admission = policies.admit(labelled({ app: "web" }), "10.244.0.5").then(() => (admitted = true));
        await delay(60);
        assert.equal(admitted, false);
        gate();
        await admission;
        assert.deepEqual(network.last, [{ address: "10.244.0.5", ingress: undefined, egress: [] }]);
    });

    it("keep a pod from starting when its rules cannot be put in force, and say why", async () => {
        network.gate = new Promise(() => undefined);
        network.problem = "nft ended with 1: no such kernel";
        await assert.rejects(policies.admit(labelled({}), "10.244.0.5"), {
            message:
                "the rules of its NetworkPolicies cannot be put in force, so it gets no network: " +
                "nft ended with 1: no such kernel",
        });
    });

    it("follow the labels that a pod has now, not those that it was admitted with", async () => {
        await policies.admit(labelled({ app: "web" }), "10.244.0.5");
        pods = [labelled({ app: "other" }, "10.244.0.5")];
        await policies.settled();
        assert.deepEqual(network.last, [{ address: "10.244.0.5", ingress: undefined, egress: undefined }]);
    });

    it("forget a pod that has left, whose address may be another's soon", async () => {
        await policies.admit(labelled({ app: "web" }), "10.244.0.5");
        policies.leave("uid-1");
        await policies.settled();
        assert.deepEqual(network.last, []);
    });

    it("close the network when they say what is not understood, until they do not", async () => {
        await policies.admit(labelled({ app: "web" }), "10.244.0.5");
        const podSelector = { matchExpressions: [{ key: "app", operator: "Like" }] };
        objects = [{ metadata: { namespace: "team" }, spec: { podSelector } }];
        await assert.rejects(policies.settled(), /operator "Like"/);
        assert.deepEqual(network.last, []);
        objects = [];
        await policies.settled();
        assert.equal(network.last.length, 1);
    });

    it("make one set of rules of many changes", async () => {
        for (let change = 0; change < 100; change++) {
            policies.changed();
        }
        await policies.settled();
        assert.equal(network.seen.length, 1);
    });

    it("answer for calls that no packet rule sees, and tell when the answer may be another", async () => {
        let told = 0;
        policies.whenChanged(() => told++);
        const call = { address: "127.0.0.1", port: 5556, protocol: "TCP" } as const;
        assert.equal(policies.mayCall("10.244.0.5", call), false, "a pod that is not known may call nobody");
        objects = [];
        await policies.admit(labelled({ app: "web" }), "10.244.0.5");
        assert.equal(policies.mayCall("10.244.0.5", call), true);
        objects = [denyAll];
        await policies.settled();
        assert.equal(policies.mayCall("10.244.0.5", call), false);
        assert.equal(told, 2);
    });
});
