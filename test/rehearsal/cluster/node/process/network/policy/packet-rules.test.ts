import assert from "node:assert/strict";

import fc from "fast-check";

import { allows, type Call } from "../../../../../../../rehearsal/cluster/node/process/network/policy/decision.ts";
import { packetRules } from "../../../../../../../rehearsal/cluster/node/process/network/policy/packet-rules.ts";
import { podRules } from "../../../../../../../rehearsal/cluster/node/process/network/policy/pod-rules.ts";
import { inBlock } from "./naive.ts";
import { connections, world } from "./random-world.ts";

const RANGE = "10.0.0.0/16";

/** What a chain of the rules says to a packet: the part of nftables that they are written in, and no more. */
function lets(text: string, chain: string, { address, port, protocol }: Call): boolean {
    const [, body] = text.split(`chain ${chain} {\n`);
    assert.ok(body !== undefined, `there is no chain ${chain} in ${text}`);
    return body
        .slice(0, body.indexOf("counter drop"))
        .split("\n")
        .filter((line) => line.trim() !== "")
        .some((line) => {
            const words = line.trim().replace(/ return$/, "");
            const addresses = [...words.matchAll(/ip (?:saddr|daddr) (?:\{ ([^}]*) \}|(!= )?(\S+))/g)];
            const ports = /(tcp|udp|sctp) dport (\d+)(?:-(\d+))?$/.exec(words);
            const addressFits = addresses.every(([, set, not, block]) =>
                set === undefined
                    ? inBlock(block ?? "", address) === (not === undefined)
                    : set.split(", ").includes(address),
            );
            const [, wanted, first, last = first] = ports ?? [];
            const portFits =
                ports === null || (wanted === protocol.toLowerCase() && port >= Number(first) && port <= Number(last));
            return addressFits && portFits;
        });
}

describe("the packet rules of pods", () => {
    it("say of each connection what the pod's rules say, whatever these are", () => {
        fc.assert(
            fc.property(world, (whole) => {
                const pods = podRules(whole);
                const text = packetRules(pods, RANGE);
                for (const { from, to, port, protocol } of connections(whole)) {
                    for (const [own, other, direction] of [
                        [from, to, "egress"],
                        [to, from, "ingress"],
                    ] as const) {
                        const rules = pods.find(({ address }) => address === own);
                        if (rules?.[direction] !== undefined && own !== other) {
                            const call = { address: other, port, protocol };
                            const said = lets(text, `${direction}-${own.replaceAll(".", "-")}`, call);
                            assert.equal(said, allows(rules, direction, call), `${direction} ${JSON.stringify(call)}`);
                        }
                    }
                }
            }),
            { numRuns: 50 },
        );
    });

    it("send the packets of a pod through the chain of each direction that has one", () => {
        const text = packetRules(
            [
                { address: "10.0.0.1", ingress: [] },
                { address: "10.0.0.2", egress: [] },
            ],
            RANGE,
        );
        assert.match(
            text,
            /map egress \{ type ipv4_addr : verdict; elements = \{ 10\.0\.0\.2 : jump egress-10-0-0-2 \};/,
        );
        assert.match(
            text,
            /map ingress \{ type ipv4_addr : verdict; elements = \{ 10\.0\.0\.1 : jump ingress-10-0-0-1 \};/,
        );
    });

    it("drop what comes from an address of the pods' range that no known pod has", () => {
        const text = packetRules([{ address: "10.0.0.1" }], RANGE);
        assert.match(text, /set known \{ type ipv4_addr; elements = \{ 10\.0\.0\.1 \};/);
        assert.match(text, /ip saddr 10\.0\.0\.0\/16 ip saddr != @known counter drop/);
    });
});
