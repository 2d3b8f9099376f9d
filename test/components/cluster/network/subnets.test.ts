import assert from "node:assert/strict";

import fc from "fast-check";

import {
    containsCidr,
    overlaps,
    parseCidr,
    partOf,
    size,
    writtenCidr,
} from "../../../../components/cluster/network/cidr.ts";
import { maximumZones, zonesProblem, zoneSubnets } from "../../../../components/cluster/network/subnets.ts";

/** Any VPC range that `cidrProblem` accepts. */
const vpc = fc
    .record({ prefix: fc.integer({ min: 16, max: 20 }), index: fc.nat(255) })
    .map(({ prefix, index }) => writtenCidr(partOf({ start: 10 * 2 ** 24, prefix: 8 }, prefix, index)));

const allIn = (cidr: string) =>
    Array.from(
        { length: maximumZones },
        (_, zone) => Object.values(zoneSubnets(cidr, zone) as object) as string[],
    ).flat();

describe("subnets of a network", () => {
    it("never share an address, and all lie in the VPC, with as many zones as there can be", () => {
        fc.assert(
            fc.property(vpc, (cidr) => {
                const all = allIn(cidr);
                assert.equal(all.length, 3 * maximumZones);
                for (const [index, subnet] of all.entries()) {
                    assert.ok(containsCidr(cidr, subnet), `${subnet} in ${cidr}`);
                    for (const other of all.slice(index + 1)) {
                        assert.ok(!overlaps(subnet, other), `${subnet} and ${other}`);
                    }
                }
            }),
        );
    });

    it("are subnets that AWS makes: from /16 to /28", () => {
        fc.assert(
            fc.property(vpc, (cidr) => {
                for (const subnet of allIn(cidr)) {
                    const prefix = parseCidr(subnet)?.prefix ?? 0;
                    assert.ok(prefix >= 16 && prefix <= 28, subnet);
                }
            }),
        );
    });

    it("give half of the VPC to nodes and pods, an eighth to each zone, as one block", () => {
        fc.assert(
            fc.property(vpc, (cidr) => {
                const whole = parseCidr(cidr);
                assert.ok(whole);
                const lowerHalf = writtenCidr(partOf(whole, whole.prefix + 1, 0));
                const nodes = [0, 1, 2, 3].map((zone) => parseCidr(zoneSubnets(cidr, zone).nodes));
                assert.deepEqual([...new Set(nodes.map((range) => range && size(range)))], [size(whole) / 8]);
                nodes.forEach((range) => assert.ok(range && containsCidr(lowerHalf, writtenCidr(range))));
            }),
        );
    });

    it("stay where they are: these are in deployed networks, and moving one replaces it", () => {
        assert.deepEqual(zoneSubnets("10.20.0.0/16", 0), {
            nodes: "10.20.0.0/19",
            database: "10.20.224.0/22",
            public: "10.20.240.0/22",
        });
        assert.deepEqual(zoneSubnets("10.20.0.0/16", 3), {
            nodes: "10.20.96.0/19",
            database: "10.20.236.0/22",
            public: "10.20.252.0/22",
        });
    });

    it("have no place for a fifth zone, and none for a VPC that is none", () => {
        assert.throws(() => zoneSubnets("10.20.0.0/16", 4), /zone 4 has no place/);
        assert.throws(() => zoneSubnets("10.20.0.0/16", -1), /zone -1 has no place/);
        assert.throws(() => zoneSubnets("10.0.0.0/8", 0), /cidr is "10\.0\.0\.0\/8": it must have a prefix/);
    });
});

describe("zones of a network", () => {
    it("are from two to four of the region, each once", () => {
        assert.equal(zonesProblem("eu-west-1", ["eu-west-1a", "eu-west-1b", "eu-west-1c"]), undefined);
        const refused: [string[], RegExp][] = [
            [["eu-west-1a"], /from 2, which EKS and a database with a standby need, to 4 zones/],
            [["a", "b", "c", "d", "e"].map((zone) => `eu-west-1${zone}`), /to 4 zones/],
            [["eu-west-1a", "us-east-1b"], /"us-east-1b" is no zone of eu-west-1\. Write zones as "eu-west-1a"/],
            [["eu-west-1a", "eu-west-1a"], /"eu-west-1a" is there twice\. Remove one/],
        ];
        refused.forEach(([zones, why]) => assert.match(String(zonesProblem("eu-west-1", zones)), why));
    });
});
