import assert from "node:assert/strict";

import { type PublicAccess, publicAccessProblem } from "../../../components/cluster/public-access.ts";
import { problemText } from "../../../components/problem.ts";

const refused = (access: PublicAccess): string => {
    const problem = publicAccessProblem(access);
    assert.ok(problem, JSON.stringify(access));
    return problemText(problem);
};

describe("public access to a cluster's API server", () => {
    it("is for ranges that are named", () => {
        assert.equal(publicAccessProblem({ cidrs: ["203.0.113.0/24", "198.51.100.7/32"] }), undefined);
    });

    it("is not for anybody without a reason, not even in two halves", () => {
        assert.match(refused({ cidrs: ["0.0.0.0/0"] }), /^cidrs\[0\] is "0\.0\.0\.0\/0": that is anybody/);
        assert.match(
            refused({ cidrs: ["203.0.113.0/24", "0.0.0.0/1", "128.0.0.0/1"] }),
            /"0\.0\.0\.0\/1": that is anybody/,
        );
        assert.match(refused({ cidrs: ["0.0.0.0/0"], allowAnybody: "  " }), /that is anybody/);
        assert.equal(publicAccessProblem({ cidrs: ["0.0.0.0/0"], allowAnybody: "a demo without data" }), undefined);
    });

    it("has no reason left over that would open it with the next range", () => {
        assert.match(
            refused({ cidrs: ["203.0.113.0/24"], allowAnybody: "a demo" }),
            /^allowAnybody is "a demo": no range/,
        );
    });

    it("is for no more ranges than EKS takes", () => {
        const ranges = (count: number) => Array.from({ length: count }, (_, index) => `203.0.113.${index}/32`);
        assert.equal(publicAccessProblem({ cidrs: ranges(40) }), undefined);
        assert.match(refused({ cidrs: ranges(41) }), /^cidrs is 41: EKS takes at most 40 ranges/);
    });

    it("has ranges, because EKS takes none for all, and they are ranges", () => {
        assert.match(refused({ cidrs: [] }), /^cidrs is an empty list: EKS takes that for everybody/);
        assert.match(refused({ cidrs: ["203.0.113.7/24"] }), /^cidrs\[0\] is "203\.0\.113\.7\/24": it must be a range/);
        assert.match(refused({ cidrs: ["office"] }), /Write it as "203\.0\.113\.0\/24"/);
    });
});
