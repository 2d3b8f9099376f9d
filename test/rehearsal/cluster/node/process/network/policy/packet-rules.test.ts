import assert from "node:assert/strict";

import fc from "fast-check";

import { allows, type Call } from "../../../../../../../rehearsal/cluster/node/process/network/policy/decision.ts";
import { type PacketRules } from "../../../../../../../rehearsal/cluster/node/process/network/packet-table.ts";
import { packetRules } from "../../../../../../../rehearsal/cluster/node/process/network/policy/packet-rules.ts";
import { podRules } from "../../../../../../../rehearsal/cluster/node/process/network/policy/pod-rules.ts";
import { inBlock } from "./naive.ts";
import { connections, world } from "./random-world.ts";

const RANGE = "10.0.0.0/16";

/** What the rules say of a pod's packet in one direction: the part of nftables that they are written in, and no more. */
function lets({ parts }: PacketRules, direction: string, own: string, { address, port, protocol }: Call): boolean {
    const map = parts.find((part) => part.startsWith(`map ${direction} `) && part.includes(` ${own} : jump `));
    const chain = / jump (\S+) /.exec(map ?? "")?.[1];
    assert.ok(chain !== undefined, `there is no ${direction} of ${own}`);
    const exact = ` elements = { ${address} . ${protocol.toLowerCase()} . ${String(port)} };`;
    if (parts.some((part) => part.startsWith(`set ${chain}-exact `) && part.includes(exact))) {
        return true;
    }
    const rules = parts.filter((part) => part.startsWith(`chain ${chain} { `));
    assert.ok(rules[0]?.includes(`@${chain}-exact return`) && rules.at(-1)?.endsWith("{ counter drop; }"));
    return rules.slice(1, -1).some((part) => {
        const words = part.slice(`chain ${chain} { `.length).replace(/ ?return; \}$/, "");
        const addresses = [...words.matchAll(/ip (?:saddr|daddr) (?:\{ ([^}]*) \}|(!= )?(\S+))/g)];
        const addressFits = addresses.every(([, set, not, block]) =>
            set === undefined
                ? inBlock(block ?? "", address) === (not === undefined)
                : set.split(", ").includes(address),
        );
        const [, wanted, set, first, last] = /(tcp|udp|sctp) dport (?:\{ ([^}]*) \}|(\d+)-(\d+))$/.exec(words) ?? [];
        const portFits =
            wanted === undefined ||
            (wanted === protocol.toLowerCase() &&
                (set === undefined
                    ? port >= Number(first) && port <= Number(last)
                    : set.split(", ").includes(String(port))));
        return addressFits && portFits;
    });
}

describe("the packet rules of pods", () => {
    it("say of each connection what the pod's rules say, whatever these are", () => {
        fc.assert(
            fc.property(world, (whole) => {
                const pods = podRules(whole);
                const said = packetRules(pods, RANGE);
                for (const { from, to, port, protocol } of connections(whole)) {
                    for (const [own, other, direction] of [
                        [from, to, "egress"],
                        [to, from, "ingress"],
                    ] as const) {
                        const rules = pods.find(({ address }) => address === own);
                        if (rules?.[direction] !== undefined && own !== other) {
                            const call = { address: other, port, protocol };
                            assert.equal(
                                lets(said, direction, own, call),
                                allows(rules, direction, call),
                                `${direction} ${JSON.stringify(call)}`,
                            );
                        }
                    }
                }
            }),
            { numRuns: 50 },
        );
    });

    it("are one chain for all pods with the same rules, which are too many to load otherwise", () => {
        const pods = [1, 2, 3].map((last) => ({ address: `10.0.0.${String(last)}`, egress: [{}] }));
        const { parts } = packetRules([...pods, { address: "10.0.0.4", egress: [] }], RANGE);
        const chains = new Set(parts.map((part) => /^chain (\S+)/.exec(part)?.[1]).filter(Boolean));
        assert.equal(chains.size, 2);
    });

    it("send packets through the chain of each direction that has one", () => {
        const { parts } = packetRules(
            [
                { address: "10.0.0.1", ingress: [] },
                { address: "10.0.0.2", egress: [] },
            ],
            RANGE,
        );
        const jumps = parts.flatMap((part) => /^map (\S+) .* (\S+) : jump (\w+)/.exec(part)?.slice(1).join(" ") ?? []);
        assert.deepEqual(jumps, ["ingress 10.0.0.1 ingress", "egress 10.0.0.2 egress"]);
    });

    it("drop what comes from an address of the pods' range that no known pod has", () => {
        const { parts, hooks } = packetRules([{ address: "10.0.0.1" }], RANGE);
        assert.ok(parts.includes("set known { type ipv4_addr; elements = { 10.0.0.1 }; }"));
        assert.match(hooks, /ip saddr 10\.0\.0\.0\/16 ip saddr != @known counter drop/);
    });
});
