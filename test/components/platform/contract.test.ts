import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { z } from "zod";

import { platformContract } from "../../../components/platform/contract.ts";
import { breaks, type Contract, currentContract, releasedFile } from "./contract-changes.ts";

describe("the outputs' contract", () => {
    it("keeps what the last release promised", async () => {
        const released = JSON.parse(await readFile(releasedFile, "utf8")) as Contract;
        assert.ok(Object.keys(released.outputs).length > 10);
        assert.deepEqual(
            breaks(released, currentContract()),
            [],
            "other stacks would break: keep the output, or raise outputsVersion in components/platform/contract.ts",
        );
    });

    it("refuses within a version that an output goes, changes its type or may be left out, or a part of one", () => {
        const { shape } = platformContract;
        const changed = (schema: z.ZodType) => breaks(currentContract(), currentContract(schema));
        assert.deepEqual(changed(platformContract.omit({ airflowUrl: true })), ["airflowUrl is gone"]);
        const said = { description: "It.", since: "0.1.0" };
        assert.deepEqual(changed(platformContract.extend({ clusterName: z.number().meta(said) })), [
            "clusterName was string and is number",
        ]);
        assert.deepEqual(changed(platformContract.extend({ trustDomain: z.string().optional().meta(said) })), [
            "trustDomain was always given and may be left out",
        ]);
        const team = shape.tasks.unwrap().omit({ meshIdentity: true });
        assert.deepEqual(
            changed(platformContract.extend({ teams: z.record(z.string(), team).optional().meta(said) })),
            ["teams.<key>.meshIdentity is gone"],
        );
    });

    it("lets outputs be added, and everything change with the version", () => {
        const said = { description: "It.", since: "0.2.0" };
        const more = platformContract.extend({ more: z.string().meta(said) });
        assert.deepEqual(breaks(currentContract(), currentContract(more)), []);
        assert.deepEqual(breaks(currentContract(), currentContract(z.object({}), 2)), []);
        assert.deepEqual(breaks(currentContract(platformContract, 2), currentContract()), [
            "the version falls from 2 to 1",
        ]);
    });

    it("refuses an output that does not say what it is and since when", () => {
        assert.throws(() => currentContract(platformContract.extend({ more: z.string() })), /more must say what it is/);
    });
});
