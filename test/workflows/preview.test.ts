import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { marker } from "../../operations/plan/plan-text.ts";
import { runScript } from "./script.ts";
import { commands, jobOf } from "./workflow.ts";

const plan = `${marker}\n## Plan: safe\n`;
const ours = { id: 9, body: `${marker}\nold`, user: { login: "github-actions[bot]" } };
const others = [
    { ...ours, id: 1, user: { login: "ann" } },
    { ...ours, id: 2, body: `> ${marker}` },
];

describe("the comment on a pull request", () => {
    let folder: string;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-previews-"));
    });
    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    const comment = async (comments: unknown[], text = plan) =>
        (await runScript("preview", "comment", { PLAN: text, FOLDER: folder }, { "issues.listComments": comments }))
            .changes;

    it("has the plan, and Pulumi's preview of each stack as text", async () => {
        writeFileSync(join(folder, "staging.txt"), "+ new\n</details> `x`\u001b[0m\n");
        const changes = await comment(others);
        assert.deepEqual(
            changes.map(([method]) => method),
            ["issues.createComment"],
        );
        const body = changes[0]?.[1].body;
        assert.ok(String(body).startsWith(plan));
        assert.match(
            String(body),
            /<summary>pulumi preview of staging<\/summary>\n\n {4}\+ new\n {4}<\/details> `x`\[0m\n/,
        );
    });

    it("has the plan alone where nothing was previewed", async () => {
        rmSync(folder, { recursive: true });
        const [change] = await comment([]);
        assert.equal(change?.[1].body, plan);
        folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-previews-"));
    });

    it("is edited in place", async () => {
        const changes = await comment([...others, ours]);
        assert.deepEqual(
            changes.map(([method, { comment_id: id }]) => [method, id]),
            [["issues.updateComment", 9]],
        );
    });

    it("fits, however much there is to show", async () => {
        for (const stack of ["a", "b"]) {
            writeFileSync(join(folder, `${stack}.txt`), "x\n".repeat(100_000));
        }
        for (const text of [plan, `${plan}${"y".repeat(60_000)}`]) {
            const [change] = await comment([], text);
            const body = String(change?.[1].body);
            assert.ok(body.length < 65_536);
            assert.ok(body.startsWith(text));
        }
    });
});

describe("the preview of a pull request", () => {
    const { if: when, permissions } = jobOf("preview", "preview");

    it("is made for branches of the repository only, by a role that only looks", () => {
        assert.match(String(when), /pull_request\.head\.repo\.full_name == github\.repository/);
        assert.deepEqual(permissions, { contents: "read", "id-token": "write" });
        const said = commands(jobOf("preview", "preview"));
        assert.deepEqual([...said.matchAll(/pulumi \w+/g)].flat(), ["pulumi preview"]);
    });

    it("is beside a plan that needs no right but to read", () => {
        assert.deepEqual(jobOf("preview", "plan").permissions, { contents: "read" });
        assert.equal(jobOf("preview", "plan").if, undefined);
    });
});
