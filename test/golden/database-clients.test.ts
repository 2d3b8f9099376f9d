import assert from "node:assert/strict";

import { ahead } from "../support/recordings.ts";
import { productionVariants } from "./production-variants.ts";
import { recordProduction } from "./production.ts";

describe("the database of a stack in a cluster that is there", () => {
    const { changes } = productionVariants["a cluster that is there, with a boundary of its own"] ?? {};
    const recording = ahead(() => recordProduction(changes));

    it("lets in the groups that the stack says its nodes carry, besides the cluster's own", async function () {
        this.timeout(120_000);
        const { resources } = await recording();
        const rules = resources.filter(
            ({ type }) => type === "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        );
        assert.deepEqual(rules.map(({ name, inputs }) => [name, inputs.fromPort]).sort(), [
            ["database-network-from-cluster", 5432],
            ["database-network-from-sg-0123456789abcdef7", 5432],
        ]);
    });
});
