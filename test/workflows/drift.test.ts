import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { runScript } from "./script.ts";
import { commands, jobOf, workflow } from "./workflow.ts";

const marker = "<!-- airflow-linkerd drift -->";
const ours = { number: 9, body: `${marker}\nold`, user: { login: "github-actions[bot]" } };
const others = [
    { ...ours, number: 1, user: { login: "ann" } },
    { ...ours, number: 2, body: `see ${marker}` },
    { ...ours, number: 3, pull_request: {} },
];

describe("the look for drift", () => {
    let folder: string;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-drift-"));
    });
    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    const report = async (looked: "success" | "failure", issues: unknown[]) =>
        (await runScript("drift", "issue", { LOOKED: looked, FOLDER: folder }, { "issues.listForRepo": issues }))
            .changes;

    it("happens every night, in an environment of its own, and changes nothing", () => {
        assert.deepEqual(workflow("drift").on.schedule, [{ cron: "17 2 * * *" }]);
        const job = jobOf("drift", "look");
        assert.equal(job.environment, "${{ matrix.stack }}-drift");
        const said = commands(job);
        assert.match(said, /pulumi refresh --stack "\$STACK" --preview-only --expect-no-changes /);
        assert.deepEqual([...said.matchAll(/pulumi \w+/g)].flat(), ["pulumi refresh"]);
    });

    it("opens one issue for all stacks that are not as they were deployed", async () => {
        writeFileSync(
            join(folder, "staging.txt"),
            "~ tags\nerror: no changes were expected but changes were proposed\n",
        );
        writeFileSync(join(folder, "prod.txt"), "error: `ExpiredToken` <img>\u001b[31m\n");
        const changes = await report("failure", others);
        assert.deepEqual(
            changes.map(([method]) => method),
            ["issues.create"],
        );
        const body = String(changes[0]?.[1].body);
        assert.ok(body.startsWith(`${marker}\n`));
        assert.ok(body.includes("https://github.com/acme/airflow/actions/runs/7"));
        assert.match(body, /## prod: could not be looked at\n\n {4}error: `ExpiredToken` <img>\[31m\n/);
        assert.match(body, /## staging: what is there is not what was deployed\n\n {4}~ tags\n/);
    });

    it("writes into the issue that is open, and opens no second", async () => {
        writeFileSync(join(folder, "prod.txt"), "error: no changes were expected\n");
        const changes = await report("failure", [...others, ours]);
        assert.deepEqual(
            changes.map(([method, { issue_number: number, state }]) => [method, number, state]),
            [["issues.update", 9, undefined]],
        );
    });

    it("says so where it could not look, and takes that for no good news", async () => {
        const [change] = await report("failure", [ours]);
        assert.equal(change?.[0], "issues.update");
        assert.match(String(change?.[1].body), /No stack could be looked at/);
    });

    it("closes the issue once all is as it was deployed, and opens none for that", async () => {
        const changes = await report("success", [...others, ours]);
        assert.deepEqual(
            changes.map(([method, { issue_number: number, state }]) => [method, number, state]),
            [
                ["issues.createComment", 9, undefined],
                ["issues.update", 9, "closed"],
            ],
        );
        assert.deepEqual(await report("success", others), []);
    });

    it("fits into an issue, however much there is", async () => {
        for (const stack of ["a", "b", "c"]) {
            writeFileSync(join(folder, `${stack}.txt`), "x\n".repeat(100_000));
        }
        const [change] = await report("failure", []);
        assert.ok(String(change?.[1].body).length < 65_536);
        assert.equal(String(change?.[1].body).split("There is more in the run").length, 4);
    });
});
