import assert from "node:assert/strict";

import { answer } from "../../../../../../rehearsal/cluster/node/process/network/name-server.ts";

const addresses: Record<string, string[]> = { "web.team.svc.cluster.local": ["10.96.0.7", "10.96.0.8"] };

function question(name: string, type = 1): Buffer {
    const labels = name.split(".").flatMap((label) => [label.length, ...Buffer.from(label)]);
    return Buffer.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, type, 0, 1]);
}

function asked(name: string, type?: number) {
    const message = question(name, type);
    const reply = answer(message, (wanted) => addresses[wanted]);
    assert.ok(reply !== undefined);
    assert.equal(reply.readUInt16BE(0), 0x1234);
    const count = reply.readUInt16BE(6);
    const records = Array.from({ length: count }, (_, index) => {
        const end = message.length + (index + 1) * 16;
        return [...reply.subarray(end - 4, end)].join(".");
    });
    return { code: reply.readUInt16BE(2) & 0xf, records };
}

describe("the name server", () => {
    it("answers with every address of a name", () => {
        assert.deepEqual(asked("web.team.svc.cluster.local"), { code: 0, records: ["10.96.0.7", "10.96.0.8"] });
    });

    it("takes no notice of upper and lower case", () => {
        assert.equal(asked("Web.Team.svc.cluster.local").records.length, 2);
    });

    it("knows the name but no address of another kind", () => {
        assert.deepEqual(asked("web.team.svc.cluster.local", 28), { code: 0, records: [] });
    });

    it("says that there is no other name, so that the resolver goes on to the next", () => {
        assert.deepEqual(asked("example.com"), { code: 3, records: [] });
    });

    it("is silent to what is no question", () => {
        const whole = question("web.team.svc.cluster.local");
        const cut = whole.subarray(0, 20);
        const reply = Buffer.from(whole);
        reply[2] = 0x81;
        for (const message of [Buffer.alloc(3), cut, reply]) {
            assert.equal(
                answer(message, () => []),
                undefined,
            );
        }
    });
});
