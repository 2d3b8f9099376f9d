import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { hasUnknown } from "../../rehearsal/engine/values/property.ts";
import { goldenFile } from "./golden-file.ts";
import { productionVariants } from "./production-variants.ts";
import { productionStack, recordProduction } from "./production.ts";
import { type Recording } from "../../rehearsal/recording/recording.ts";
import { ahead } from "../support/recordings.ts";

/** The example itself, too: that its preview really knows nothing is said nowhere else. */
const stacks = { "the example itself": { changes: {}, more: [], less: [] }, ...productionVariants };

describe("a first preview of a production stack in an empty account", () => {
    const example = new Set(goldenTypes());

    for (const [variant, { changes, more, less }] of Object.entries(stacks)) {
        describe(`with ${variant}`, () => {
            const recordings = ahead(() =>
                Promise.all([recordProduction(changes), recordProduction(changes, { preview: true })]),
            );
            let deployed: Recording;
            let previewed: Recording;

            before(async function () {
                this.timeout(120_000);
                [deployed, previewed] = await recordings();
            });

            it("is another stack than the example's where it should be", () => {
                const made = new Set(deployed.resources.map(({ type }) => type));
                const differs = (types: readonly string[], has: boolean) =>
                    types.filter((type) => made.has(type) !== has || example.has(type) === has);
                assert.deepEqual(differs(more, true), []);
                assert.deepEqual(differs(less, false), []);
            });

            it("registers every resource that a deployment makes, with the same parents", () => {
                assert.ok(deployed.resources.length > 100);
                assert.deepEqual(places(previewed), places(deployed));
            });

            it("is of IPv4 alone, as docs/production.md says", () => {
                const ofIpv6 = deployed.resources.filter(
                    ({ type, inputs }) =>
                        type.startsWith("aws:") && /"\w*ipv6\w*"|ipFamily/i.test(JSON.stringify(inputs)),
                );
                assert.deepEqual(
                    ofIpv6.map(({ name }) => name),
                    [],
                );
            });

            it("knows nothing that AWS decides", () => {
                const unknownTo = (recording: Recording) =>
                    recording.resources.filter(({ inputs }) => Object.values(inputs).some(hasUnknown)).length;
                assert.equal(unknownTo(deployed), 0, "all is known once it is made");
                assert.ok(unknownTo(previewed) > 10, "what nobody knows yet must be unknown, or this proves nothing");
            });
        });
    }
});

function places({ resources }: Recording): string[] {
    return resources.map(({ urn, parent }) => `${urn} in ${parent}`).sort();
}

/** The types of what the example makes. */
function goldenTypes(): string[] {
    const { resources } = JSON.parse(readFileSync(goldenFile(productionStack), "utf8")) as {
        resources: Record<string, unknown>;
    };
    return Object.keys(resources).map((entry) => /\((.*)\)$/.exec(entry)?.[1] ?? "");
}
