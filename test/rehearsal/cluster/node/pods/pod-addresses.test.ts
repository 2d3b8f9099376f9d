import assert from "node:assert/strict";

import fc from "fast-check";

import { PodAddresses } from "../../../../../rehearsal/cluster/node/pods/pod-addresses.ts";

describe("a node's pod addresses", () => {
    it("are never in use twice, whatever comes and goes", () => {
        const steps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 40 })), { maxLength: 300 });
        fc.assert(
            fc.property(steps, (all) => {
                const addresses = new PodAddresses("10.244.0");
                const held = new Map<string, string>();
                for (const [comes, number] of all) {
                    const uid = `uid-${number}`;
                    if (comes) {
                        const address = addresses.assign(uid);
                        assert.equal(held.get(uid) ?? address, address, "a pod keeps its address");
                        held.set(uid, address);
                    } else {
                        addresses.release(uid);
                        held.delete(uid);
                    }
                    assert.equal(new Set(held.values()).size, held.size);
                }
            }),
        );
    });

    it("stay with the pods that had them before a restart", () => {
        const addresses = new PodAddresses("10.244.0");
        addresses.keep("10.244.0.2", "old");
        assert.notEqual(addresses.assign("new"), "10.244.0.2");
        assert.equal(addresses.assign("old"), "10.244.0.2");
    });

    it("are not handed out again at once", () => {
        const addresses = new PodAddresses("10.244.0");
        const first = addresses.assign("first");
        addresses.release("first");
        assert.notEqual(addresses.assign("second"), first);
    });

    it("run out with a message that says how many there are", () => {
        const addresses = new PodAddresses("10.244.0");
        for (let pod = 0; pod < 253; pod++) {
            addresses.assign(`uid-${pod}`);
        }
        assert.throws(
            () => addresses.assign("one more"),
            /10\.244\.0\.0\/24 are in use: a node takes at most 253 pods/,
        );
    });
});
