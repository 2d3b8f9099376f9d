import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

import { end, hold, inside, type NetworkHolder } from "../../../rehearsal/cluster/node/process/network/namespaces.ts";
import { PacketTable } from "../../../rehearsal/cluster/node/process/network/packet-table.ts";
import { CLOSED, packetRules } from "../../../rehearsal/cluster/node/process/network/policy/packet-rules.ts";
import { serviceRules } from "../../../rehearsal/cluster/node/process/network/service-rules.ts";

const OPEN = { parts: [], hooks: CLOSED.hooks.replace("policy drop", "policy accept") };

describe("a table of packet rules in a network of its own", () => {
    let holder: NetworkHolder;
    let table: PacketTable;

    before(async () => {
        holder = await hold(["unshare", "--user", "--map-root-user", "--net"], process.env);
        table = await PacketTable.make({ holder, name: "policies", closed: CLOSED });
    });

    after(() => {
        end(holder);
    });

    async function inForce(): Promise<string> {
        const [program = "", ...enter] = inside(holder);
        const { stdout } = await promisify(execFile)(program, [...enter, "nft", "list", "ruleset"]);
        return stdout;
    }

    it("is closed before it has any rule", async () => {
        assert.match(await inForce(), /policy drop/);
    });

    it("has the last rules that it was given, whatever came between", async () => {
        await Promise.all([table.put(OPEN), table.put(CLOSED), table.put(OPEN)]);
        assert.match(await inForce(), /policy accept/);
    });

    it("closes when rules cannot be put in force, says why, and opens with rules that can", async () => {
        await table.put(OPEN);
        let done = false;
        const bad = table.put({ parts: [], hooks: "chain packets { nonsense }" }).then(() => (done = true));
        while (table.problem === undefined || !(await inForce()).includes("policy drop")) {
            assert.equal(done, false);
            await delay(20);
        }
        assert.match(table.problem, /nft ended with 1\): .*syntax error/);
        await table.put(OPEN);
        await bad;
        assert.equal(table.problem, undefined);
        assert.match(await inForce(), /policy accept/);
    });

    it("takes the rules of a thousand pods, no two alike, which is more than the kernel takes at once", async () => {
        const pods = Array.from({ length: 1000 }, (_, index) => {
            const address = `10.244.${String(Math.floor(index / 250))}.${String(index % 250)}`;
            const ports = [8080, 9090].map((port) => ({ protocol: "TCP" as const, from: port, to: port }));
            const peers = [{ cidr: "10.0.0.0/8", except: [`${address}/32`] }];
            return {
                address,
                ingress: [{ peers, ports }],
                egress: [{ peers: [{ cidr: "0.0.0.0/0", except: [] }], ports }],
            };
        });
        await table.put(packetRules(pods, "10.244.0.0/16"));
        assert.equal(table.problem, undefined);
        assert.equal([...(await inForce()).matchAll(/^table /gm)].length, 1);
    }).timeout("1m");

    it("takes every shape that rules of pods and Services have", async () => {
        const block = (cidr: string, ...except: string[]) => ({ cidr, except });
        const port = (protocol: "TCP" | "UDP" | "SCTP", from: number, to = from) => ({ protocol, from, to });
        const peers = [
            block("10.244.0.7/32"),
            block("10.244.0.7/32"),
            block("10.1.2.3/8"),
            block("10.0.0.0/8", "10.1.0.0/16", "10.2.0.0/16"),
            block("0.0.0.0/0", "169.254.0.0/16"),
        ];
        const ports = [port("TCP", 80), port("TCP", 1, 90), port("UDP", 53), port("SCTP", 0, 65_535)];
        const every = [{ peers, ports }, { peers }, { ports }, {}];
        const pods = [
            { address: "10.244.0.5", ingress: every, egress: every },
            { address: "10.244.0.6", ingress: [] },
            { address: "10.244.0.7" },
        ];
        await table.put(packetRules(pods, "10.244.0.0/16"));
        await table.put(packetRules([], "10.244.0.0/16"));
        const target = (last: number) => ({ address: `10.244.0.${String(last)}`, port: 8080 });
        const routes = [
            { from: "10.96.0.7:80", to: [target(5), target(6), target(7)] },
            { from: "10.96.0.7:81", to: [target(5)] },
            { from: "10.96.0.8:80", to: [] },
        ];
        await table.put(serviceRules(routes));
        await table.put(serviceRules([]));
        assert.equal(table.problem, undefined);
    });
});
