import assert from "node:assert/strict";

import { type Recording } from "../../rehearsal/recording/recording.ts";
import { ahead, recorded } from "../support/recordings.ts";
import { manyTeams } from "./teams.ts";

const counts = [1, 2, 12] as const;

describe("a stack with many teams", function () {
    this.timeout("3m");

    const recordings = ahead(() =>
        Promise.all(counts.map((count) => recorded("dev", { preview: false, config: { teams: manyTeams(count) } }))),
    );
    let one: Recording;
    let two: Recording;
    let twelve: Recording;

    before(async () => {
        [one, two, twelve] = (await recordings()) as [Recording, Recording, Recording];
    });

    it("has as many objects for each team, however many there are", () => {
        const each = two.resources.length - one.resources.length;
        assert.ok(each > 20 && each < 50, `${each} for a team`);
        assert.equal(twelve.resources.length - two.resources.length, 10 * each);
    });

    it("has no two resources of one name, and no two objects of one name in the cluster", () => {
        const names = twelve.resources.map(({ name, type }) => `${type} ${name}`);
        assert.equal(new Set(names).size, names.length);
        const objects = twelve.resources
            .filter(({ type }) => type.startsWith("kubernetes:"))
            .flatMap(({ type, inputs }) => {
                const metadata = inputs.metadata as { name?: unknown; namespace?: unknown } | undefined;
                return typeof metadata?.name === "string"
                    ? [`${type} ${String(metadata.namespace ?? "")}/${metadata.name}`]
                    : [];
            });
        assert.ok(objects.length > 300, `${objects.length} objects`);
        assert.equal(new Set(objects).size, objects.length);
    });

    it("keeps what grows with teams far below what the API server takes for one object, at a hundred of them", () => {
        const largest = Math.max(...twelve.resources.map(({ inputs }) => JSON.stringify(inputs).length));
        const before = Math.max(...two.resources.map(({ inputs }) => JSON.stringify(inputs).length));
        const perTeam = (largest - before) / 10;
        // The API server takes 1.5 MiB, and 1 MiB of a ConfigMap.
        assert.ok(before + 98 * perTeam < 0.5 * 1024 ** 2, `${perTeam} bytes for a team`);
    });
});
