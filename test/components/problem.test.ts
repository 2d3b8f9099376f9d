import assert from "node:assert/strict";

import { below, pathText, problemLines, problemText } from "../../components/problem.ts";

const rule = "it must be another. Choose one.";
const text = (value: unknown, options?: { hidden: boolean }) => problemText({ path: ["size"], value, rule }, options);

describe("a problem", () => {
    it("is written with its path, its value and the rule", () => {
        assert.equal(text("large"), `size is "large": ${rule}`);
        assert.equal(text(3), `size is 3: ${rule}`);
        assert.equal(text(Number.NaN), `size is NaN: ${rule}`);
        assert.equal(text(false), `size is false: ${rule}`);
        assert.equal(text(undefined), `size is missing: ${rule}`);
        assert.equal(text(null), `size is missing: ${rule}`);
    });

    it("shows a list only where it is short and plain, and no map", () => {
        assert.equal(text([]), `size is an empty list: ${rule}`);
        assert.equal(text(["a", 1]), `size is ["a", 1]: ${rule}`);
        assert.equal(text([{ password: "hunter2" }]), `size is a list: ${rule}`);
        assert.equal(text({ password: "hunter2" }), `size is a map: ${rule}`);
    });

    it("shows no hidden value, in whatever it is", () => {
        for (const value of ["hunter2", ["hunter2"], { password: "hunter2" }, 4711, [4711]]) {
            assert.doesNotMatch(text(value, { hidden: true }), /hunter2|4711/);
        }
        assert.equal(text("hunter2", { hidden: true }), `size is [secret]: ${rule}`);
    });

    it("says something else of the value where the value as a whole is not wrong", () => {
        assert.equal(
            problemText({ path: ["tags"], value: {}, rule: "AWS takes 50. Take some out.", opening: "has 51 tags:" }),
            "tags has 51 tags: AWS takes 50. Take some out.",
        );
    });

    it("is found below what it was found in, and is left out where there is none", () => {
        const problem = { path: ["cidr"], value: "x", rule };
        assert.deepEqual(below(["network", 0], undefined, problem, undefined), [
            { ...problem, path: ["network", 0, "cidr"] },
        ]);
        assert.equal(
            problemLines(below(["network"], problem, problem)),
            `network.cidr is "x": ${rule}\nnetwork.cidr is "x": ${rule}`,
        );
    });

    it("has its path as Pulumi's command line takes it", () => {
        assert.equal(pathText(["airflow", "dagBundles", 0, "credentials"]), "airflow.dagBundles[0].credentials");
        assert.equal(pathText(["tags", "cost-center"]), 'tags["cost-center"]');
        assert.equal(pathText(["tags", 'a "b"']), 'tags["a \\"b\\""]');
    });
});
