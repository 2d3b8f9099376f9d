import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { withRevision } from "../../../operations/plan/revision.ts";

describe("the files of another revision", () => {
    let repository: string;
    const git = (...args: string[]) =>
        execFileSync("git", ["-C", repository, "-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
            encoding: "utf8",
        });

    before(() => {
        repository = mkdtempSync(join(tmpdir(), "airflow-linkerd-revision-"));
        git("init", "--quiet");
        writeFileSync(join(repository, "package-lock.json"), "{}");
        writeFileSync(join(repository, ".gitignore"), "node_modules\n");
        writeFileSync(join(repository, "program.txt"), "old");
        git("add", ".");
        git("commit", "--quiet", "-m", "old");
        git("tag", "base");
        writeFileSync(join(repository, "program.txt"), "new");
        git("commit", "--quiet", "-am", "new");
        mkdirSync(join(repository, "node_modules"));
    });

    after(() => {
        rmSync(repository, { recursive: true });
    });

    it("are those of then, with the packages of now where both want the same, and go afterwards", async () => {
        const folder = await withRevision(repository, "base", (at) => {
            assert.equal(readFileSync(join(at, "program.txt"), "utf8"), "old");
            assert.equal(realpathSync(join(at, "node_modules")), realpathSync(join(repository, "node_modules")));
            return Promise.resolve(at);
        });
        assert.ok(!existsSync(folder));
        assert.equal(git("worktree", "list").trim().split("\n").length, 1);
        assert.equal(readFileSync(join(repository, "program.txt"), "utf8"), "new");
        assert.ok(existsSync(join(repository, "node_modules")));
    });

    it("are gone too where what was done with them failed", async () => {
        let folder = "";
        const failing = withRevision(repository, "base", (at) => {
            folder = at;
            return Promise.reject(new Error("no program"));
        });
        await assert.rejects(failing, /no program/);
        assert.ok(folder !== "" && !existsSync(folder));
    });

    it("are refused by name where there is no such revision", async () => {
        await assert.rejects(
            withRevision(repository, "nowhere", () => Promise.resolve()),
            /--base is "nowhere", which is no revision here/,
        );
    });
});
