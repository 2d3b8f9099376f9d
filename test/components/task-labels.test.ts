import assert from "node:assert/strict";

import fc from "fast-check";

import { labelValue, noTeam, taskLabels, uncountedLabels } from "../../components/task-labels.ts";
import { teamNameProblem } from "../../components/teams/team-name-problems.ts";

describe("the labels that a task is counted by", () => {
    it("are the id itself, where a label may have it", () => {
        for (const id of ["values", "load.orders_2", "a".repeat(63), "A-1"]) {
            assert.equal(labelValue(id), id);
        }
    });

    // As Airflow's provider 10.25.0 answers; test/system/installation asks it itself.
    for (const [id, value] of Object.entries({
        ["a".repeat(64)]: `${"a".repeat(53)}-014842d48`,
        _private_: "private-0a954401a",
        schön: "schn-088c4e6cb",
    })) {
        it(`cuts ${id.slice(0, 20)} as Airflow does, and tells it from others by a digest`, () => {
            assert.equal(labelValue(id), value);
            assert.notEqual(labelValue(`${id}2`), value);
        });
    }

    it("are such as Kubernetes takes, whatever the id", () => {
        fc.assert(
            fc.property(fc.string({ unit: "binary", maxLength: 250 }), (id) => {
                assert.ok(labelValue(id).length <= 63);
                assert.match(labelValue(id), /^[-A-Za-z0-9_.]*$/);
            }),
        );
    });

    it("have names that are those of metrics too, and none that every run or try has another value of", () => {
        for (const name of Object.values(taskLabels)) {
            assert.match(name, /^[a-z_]+$/);
            assert.ok(!(uncountedLabels as readonly string[]).includes(name));
        }
    });

    it("have a team that nobody can be, where there are none", () => {
        assert.match(teamNameProblem(noTeam)?.rule ?? "", /it stands for what has no team/);
    });
});
