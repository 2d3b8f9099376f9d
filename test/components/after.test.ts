import assert from "node:assert/strict";

import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

import { after } from "../../components/after.ts";
import { UNKNOWN } from "../../rehearsal/engine/values/property.ts";
import { underMocks, unknown, value, waitedFor } from "../support/mocks.ts";

const kind = "aws:cloudwatch/logGroup:LogGroup";

/** A group that takes the name of another one, once a third and what else is needed are there. */
const groups = (needed: pulumi.Input<string>[] = [], preview = false) =>
    underMocks(
        [kind],
        () => {
            const first = new aws.cloudwatch.LogGroup("first", { name: "first" });
            const named = after([first, ...needed], "named");
            new aws.cloudwatch.LogGroup("last", { name: named });
            return named;
        },
        { preview },
    );

describe("A value after other things", () => {
    it("makes whatever takes it depend on the resources", async () => {
        const { made, registered } = await groups();
        assert.equal(await value(made), "named");
        assert.deepEqual(await waitedFor(made), ["first"]);
        assert.deepEqual(registered.dependenciesOf("last"), ["first"]);
    });

    it("is known in a preview, where the resources are not there yet", async () => {
        const { registered } = await groups([], true);
        assert.equal(registered.input("last", "name"), "named");
    });

    it("is unknown as long as one of the outputs is", async () => {
        const { registered } = await groups([unknown<string>()], true);
        assert.equal(registered.input("last", "name"), UNKNOWN);
    });
});
