import assert from "node:assert/strict";

import { type V1NetworkPolicySpec } from "@kubernetes/client-node";
import fc from "fast-check";

import { allows } from "../../../../../../../rehearsal/cluster/node/process/network/policy/decision.ts";
import {
    type PodRules,
    podRules,
    type PolicyWorld,
} from "../../../../../../../rehearsal/cluster/node/process/network/policy/pod-rules.ts";
import { type PolicyPod } from "../../../../../../../rehearsal/cluster/node/process/network/policy/policy-pod.ts";
import { type Connection, isAllowed } from "./naive.ts";
import { connections, world } from "./random-world.ts";

const server: PolicyPod = {
    namespace: "shop",
    labels: { app: "server" },
    address: "10.0.0.1",
    ports: [
        { name: "http", port: 8080, protocol: "TCP" },
        { name: "dns", port: 53, protocol: "UDP" },
    ],
};
const client: PolicyPod = { namespace: "shop", labels: { app: "client" }, address: "10.0.0.2", ports: [] };
const stranger: PolicyPod = {
    namespace: "street",
    labels: { app: "client" },
    address: "10.0.0.3",
    ports: [{ name: "http", port: 80, protocol: "TCP" }],
};
const internet = "198.51.100.7";

function worldOf(...specs: V1NetworkPolicySpec[]): PolicyWorld {
    return {
        pods: [server, client, stranger],
        namespaces: new Map([
            ["shop", { kind: "inside" }],
            ["street", { kind: "outside" }],
        ]),
        policies: specs.map((spec) => ({ metadata: { namespace: "shop" }, spec })),
    };
}

function decided(whole: PolicyWorld, { from, to, port, protocol }: Connection): boolean {
    const rules = new Map(podRules(whole).map((one) => [one.address, one]));
    const side = (own: string, direction: "ingress" | "egress", address: string): boolean => {
        const found: PodRules | undefined = rules.get(own);
        return found === undefined || allows(found, direction, { address, port, protocol });
    };
    return side(from, "egress", to) && side(to, "ingress", from);
}

function tcp(from: PolicyPod | string, to: PolicyPod | string, port = 8080): Connection {
    const address = (one: PolicyPod | string) => (typeof one === "string" ? one : one.address);
    return { from: address(from), to: address(to), port, protocol: "TCP" };
}

const toServer = { podSelector: { matchLabels: { app: "server" } } };
const ofClient = { podSelector: { matchLabels: { app: "client" } } };

describe("the rules that follow from network policies", () => {
    it("are none for a pod that no policy chooses, in either direction", () => {
        const spec = { ...toServer, policyTypes: ["Ingress", "Egress"] };
        const rules = podRules(worldOf(spec)).filter(({ address }) => address !== server.address);
        assert.deepEqual(
            rules.map(({ ingress, egress }) => [ingress, egress]),
            [
                [undefined, undefined],
                [undefined, undefined],
            ],
        );
    });

    it("speak of one direction alone when the policy does", () => {
        const ingress = worldOf({ ...toServer, policyTypes: ["Ingress"] });
        assert.equal(decided(ingress, tcp(client, server)), false);
        assert.equal(decided(ingress, tcp(server, client)), true);
        const egress = worldOf({ ...toServer, policyTypes: ["Egress"] });
        assert.equal(decided(egress, tcp(client, server)), true);
        assert.equal(decided(egress, tcp(server, client)), false);
    });

    it("take directions that are not named as the API server does", () => {
        assert.equal(podRules(worldOf({ ...toServer }))[0]?.egress, undefined);
        assert.deepEqual(podRules(worldOf({ ...toServer }))[0]?.ingress, []);
        assert.deepEqual(podRules(worldOf({ ...toServer, egress: [{}] }))[0]?.egress, [
            { peers: undefined, ports: undefined },
        ]);
    });

    it("allow everything by an empty rule, and nothing by no rule", () => {
        const nothing = worldOf({ ...toServer, policyTypes: ["Ingress"], ingress: [] });
        const everything = worldOf({ ...toServer, policyTypes: ["Ingress"], ingress: [{}] });
        assert.equal(decided(nothing, tcp(internet, server)), false);
        assert.equal(decided(everything, tcp(internet, server)), true);
    });

    it("add up: what one policy allows, no other takes away", () => {
        const both = worldOf(
            { ...toServer, policyTypes: ["Ingress"] },
            { ...toServer, ingress: [{ _from: [ofClient], ports: [{ port: 8080 }] }] },
        );
        assert.equal(decided(both, tcp(client, server)), true);
        assert.equal(decided(both, tcp(client, server, 8081)), false);
    });

    it("need both sides, each for its own direction", () => {
        const out = { ...ofClient, policyTypes: ["Egress"], egress: [{ to: [toServer] }] };
        assert.equal(decided(worldOf(out), tcp(client, server)), true);
        assert.equal(decided(worldOf(out, { ...toServer, policyTypes: ["Ingress"] }), tcp(client, server)), false);
    });

    it("mean pods of the policy's own namespace, unless namespaces are chosen too", () => {
        const own = worldOf({ ...toServer, ingress: [{ _from: [ofClient] }] });
        assert.equal(decided(own, tcp(client, server)), true);
        assert.equal(decided(own, tcp(stranger, server)), false);
        const street = { namespaceSelector: { matchLabels: { kind: "outside" } } };
        const others = worldOf({ ...toServer, ingress: [{ _from: [{ ...ofClient, ...street }] }] });
        assert.equal(decided(others, tcp(client, server)), false);
        assert.equal(decided(others, tcp(stranger, server)), true);
        const wholeStreet = worldOf({ ...toServer, ingress: [{ _from: [street] }] });
        assert.equal(decided(wholeStreet, tcp(stranger, server)), true);
    });

    it("leave out what a block excepts, for pods as for hosts", () => {
        const block = { cidr: "0.0.0.0/0", except: ["10.0.0.0/30"] };
        const spec = { ...toServer, policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: block }] }] };
        assert.equal(decided(worldOf(spec), tcp(server, internet)), true);
        assert.equal(decided(worldOf(spec), tcp(server, client)), false);
    });

    it("take a port's name from the pod that is called, with its protocol", () => {
        const named = worldOf({ ...toServer, ingress: [{ ports: [{ port: "http" }] }] });
        assert.equal(decided(named, tcp(client, server, 8080)), true);
        assert.equal(decided(named, tcp(client, server, 80)), false);
        const wrong = worldOf({ ...toServer, ingress: [{ ports: [{ port: "dns" }] }] });
        assert.equal(decided(wrong, tcp(client, server, 53)), false);
        const anywhere = { podSelector: {}, policyTypes: ["Egress"], egress: [{ ports: [{ port: "http" }] }] };
        assert.equal(decided(worldOf(anywhere), tcp(client, server, 8080)), true);
        assert.equal(decided(worldOf(anywhere), tcp(client, stranger, 80)), true);
        assert.equal(decided(worldOf(anywhere), tcp(client, stranger, 8080)), false);
        assert.equal(decided(worldOf(anywhere), tcp(client, internet, 8080)), false);
    });

    it("allow nothing by a port's name that nobody has", () => {
        const spec = { ...toServer, ingress: [{ ports: [{ port: "metrics" }] }] };
        assert.deepEqual(podRules(worldOf(spec))[0]?.ingress, []);
    });

    it("allow nothing by pods that are not there", () => {
        const absent = { podSelector: { matchLabels: { app: "absent" } } };
        assert.deepEqual(podRules(worldOf({ ...toServer, ingress: [{ _from: [absent] }] }))[0]?.ingress, []);
    });

    it("read a policy that was watched like one that was listed", () => {
        const rule = { from: [ofClient] } as object;
        const watched = worldOf({ ...toServer, ingress: [rule] });
        assert.equal(decided(watched, tcp(client, server)), true);
        assert.equal(decided(watched, tcp(stranger, server)), false);
    });

    it("know no IPv6, which the network has not", () => {
        const block = { ipBlock: { cidr: "::/0" } };
        assert.deepEqual(podRules(worldOf({ ...toServer, ingress: [{ _from: [block] }] }))[0]?.ingress, []);
    });

    it("decide each connection as the objects themselves do, whatever these are", () => {
        fc.assert(
            fc.property(world, (whole) => {
                for (const connection of connections(whole)) {
                    assert.equal(decided(whole, connection), isAllowed(whole, connection), JSON.stringify(connection));
                }
            }),
            { numRuns: 150 },
        );
    });
});
