import assert from "node:assert/strict";

import fc from "fast-check";

import {
    cidrProblem,
    containsCidr,
    overlaps,
    parseCidr,
    size,
    writtenCidr,
} from "../../../../components/cluster/network/cidr.ts";

const cidr = fc
    .record({ address: fc.integer({ min: 0, max: 2 ** 32 - 1 }), prefix: fc.integer({ min: 0, max: 32 }) })
    .map(({ address, prefix }) => ({ start: address - (address % size({ prefix })), prefix }));

describe("ranges of addresses", () => {
    it("are written as they were read", () => {
        fc.assert(fc.property(cidr, (range) => assert.deepEqual(parseCidr(writtenCidr(range)), range)));
        assert.equal(writtenCidr({ start: 10 * 2 ** 24 + 20 * 2 ** 16, prefix: 16 }), "10.20.0.0/16");
    });

    it("are nothing else than an address and a prefix, with no bit outside the prefix", () => {
        for (const text of [
            "10.0.0.0",
            "10.0.0.1/16",
            "10.0.0/16",
            "256.0.0.0/8",
            "10.0.0.0/33",
            " 10.0.0.0/8",
            "::/0",
            "",
        ]) {
            assert.equal(parseCidr(text), undefined, text);
        }
    });

    it("overlap when they share an address, whichever comes first", () => {
        fc.assert(
            fc.property(cidr, cidr, (one, other) => {
                const last = (range: typeof one) => range.start + size(range) - 1;
                const shared = Math.max(one.start, other.start) <= Math.min(last(one), last(other));
                assert.equal(overlaps(writtenCidr(one), writtenCidr(other)), shared);
                assert.equal(overlaps(writtenCidr(other), writtenCidr(one)), shared);
            }),
        );
        assert.ok(overlaps("10.0.0.0/8", "10.20.0.0/16"));
        assert.ok(!overlaps("10.20.0.0/16", "10.21.0.0/16"));
    });

    it("contain what lies in them whole", () => {
        assert.ok(containsCidr("10.0.0.0/8", "10.20.0.0/16"));
        assert.ok(containsCidr("10.0.0.0/8", "10.0.0.0/8"));
        assert.ok(!containsCidr("10.20.0.0/16", "10.0.0.0/8"));
    });

    it("are for a VPC when they are private and of a size that AWS makes and pods fit in", () => {
        for (const good of ["10.20.0.0/16", "172.16.0.0/20", "192.168.0.0/18", "100.64.0.0/16"]) {
            assert.equal(cidrProblem(good), undefined, good);
        }
        const refused: [string, RegExp][] = [
            ["10.20.0.1/16", /must be a range of IPv4 addresses that begins at its first one\. Write it as/],
            ["10.0.0.0/8", /prefix from \/16, the largest VPC that AWS makes, to \/20/],
            ["10.0.0.0/21", /below which pods run out of addresses/],
            ["11.0.0.0/16", /must lie in a private range.* Choose one within 10\.0\.0\.0\/8/],
            ["172.32.0.0/16", /private range/],
        ];
        refused.forEach(([text, why]) => assert.match(String(cidrProblem(text)), why, text));
    });
});
