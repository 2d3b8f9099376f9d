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

    it("names as many dependencies for each team, however many there are", () => {
        const named = ({ resources }: Recording) =>
            resources.reduce((sum, { dependencies }) => sum + dependencies.length, 0);
        const each = named(two) - named(one);
        assert.ok(each > 50 && each < 500, `${each} for a team`);
        assert.equal(named(twelve) - named(two), 10 * each);
    });

    it("keeps each object below what the API server takes, at a thousand teams", () => {
        // It takes 1 MiB of a ConfigMap or a Secret, and 1.5 MiB of others.
        const most = 1024 ** 2;
        const grown = atAThousand(({ resources }) =>
            resources.map(({ type, name, inputs }) => [`${type} ${name}`, JSON.stringify(inputs).length]),
        );
        assert.ok(grown.length > 3, "too little grows with teams");
        // What is divided among more objects is tested where that is done.
        const whole = grown.filter(({ what }) => !what.includes(" team-executor-teams-"));
        for (const { what, size } of whole) {
            assert.ok(size < 0.9 * most, `${what}: ${size} bytes`);
        }
    });

    it("keeps each variable of a container below what Linux takes, at a thousand teams", () => {
        const grown = atAThousand(({ resources }) =>
            resources.flatMap(({ name: resource, inputs }) =>
                variables(inputs).map(({ name, value }) => [`${resource} ${name}`, value.length] as const),
            ),
        );
        assert.ok(grown.length > 0, "no variable grows with teams");
        for (const { what, size } of grown) {
            assert.ok(size < 128 * 1024, `${what}: ${size} bytes`);
        }
    });

    /** What grows with teams, and how large it is with a thousand. */
    function atAThousand(sizesOf: (recording: Recording) => readonly (readonly [string, number])[]) {
        const before = new Map(sizesOf(two));
        return sizesOf(twelve).flatMap(([what, size]) => {
            const smaller = before.get(what) ?? size;
            return size > smaller ? [{ what, size: size + (988 * (size - smaller)) / 10 }] : [];
        });
    }
});

interface Variable {
    readonly name: string;
    readonly value: string;
}

/** Every variable with a value of its own, wherever it is in the inputs of a resource. */
function variables(inputs: unknown): Variable[] {
    if (typeof inputs !== "object" || inputs === null) {
        return [];
    }
    const { name, value } = inputs as Partial<Variable>;
    return [
        ...(typeof name === "string" && typeof value === "string" ? [{ name, value }] : []),
        ...Object.values(inputs).flatMap(variables),
    ];
}
