import assert from "node:assert/strict";

import { type PolicyObject } from "../../../components/mesh/policy/objects/policy-object.ts";
import { networkDecision, type Packet } from "./network-policy.ts";

const pod = (namespace: string, app: string) => ({ address: "10.0.0.1", pod: { namespace, labels: { app } } });
const shop = pod("shop", "shop");
const customer = pod("town", "customer");
const outside = { address: "192.0.2.1" };

const policy = (spec: object): PolicyObject => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "policy", namespace: "shop" },
    spec,
});
const ports = [{ protocol: "TCP", port: 80 }];
const inbound = (from: object[], changes: object = {}) =>
    policy({
        podSelector: { matchLabels: { app: "shop" } },
        policyTypes: ["Ingress"],
        ingress: [{ from, ports }],
        ...changes,
    });
const ofTown = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "town" } } };

const decide = (objects: PolicyObject[], changes: Partial<Packet> = {}) =>
    networkDecision(objects, { from: customer, to: shop, port: 80, ...changes });

describe("the evaluator of NetworkPolicies", () => {
    it("lets everything through where no policy selects the pod, and in the direction that none is about", () => {
        assert.equal(decide([]), true);
        assert.equal(decide([inbound([])], { to: pod("shop", "till") }), true);
        assert.equal(decide([inbound([ofTown])], { from: shop, to: outside }), true);
    });

    it("lets in whom one of several policies names, on its ports alone", () => {
        const none = inbound([{ podSelector: { matchLabels: { app: "till" } } }]);
        assert.equal(decide([none]), false);
        assert.equal(decide([none, inbound([ofTown])]), true);
        assert.equal(decide([inbound([ofTown])], { port: 81 }), false);
        assert.equal(decide([inbound([ofTown])], { protocol: "UDP" }), false);
    });

    it("takes a pod selector alone for pods of the policy's own namespace, and both together for both", () => {
        const selector = { podSelector: { matchLabels: { app: "customer" } } };
        assert.equal(decide([inbound([selector])]), false);
        assert.equal(decide([inbound([selector])], { from: pod("shop", "customer") }), true);
        assert.equal(decide([inbound([{ ...ofTown, ...selector }])]), true);
        assert.equal(decide([inbound([{ ...ofTown, podSelector: { matchLabels: { app: "thief" } } }])]), false);
    });

    it("reads a list of nobody as everybody, as Kubernetes does", () => {
        assert.equal(decide([inbound([])], { from: outside }), true);
    });

    it("knows who is no pod by addresses alone", () => {
        const block = { ipBlock: { cidr: "192.0.2.0/24", except: ["192.0.2.128/25"] } };
        assert.equal(decide([inbound([block])], { from: outside }), true);
        assert.equal(decide([inbound([block])], { from: { address: "192.0.2.129" } }), false);
        assert.equal(decide([inbound([ofTown])], { from: outside }), false);
        assert.equal(decide([inbound([{ ipBlock: { cidr: "::/0" } }])], { from: outside }), false);
    });

    it("wants both ends to agree", () => {
        const closed = {
            ...policy({ podSelector: {}, policyTypes: ["Egress"] }),
            metadata: { name: "deny", namespace: "town" },
        };
        assert.equal(decide([inbound([ofTown]), closed]), false);
    });
});
