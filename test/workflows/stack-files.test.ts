import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { checkout } from "../../rehearsal/place.ts";

const script = join(checkout, ".github/scripts/stack-files.sh");

describe("a repository that holds only stack files", () => {
    let folder: string;
    let program: string;
    let own: string;

    const git = (at: string, ...args: string[]): string =>
        execFileSync("git", ["-C", at, "-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
            encoding: "utf8",
        }).trim();
    const commit = (at: string, files: Readonly<Record<string, string>>): string => {
        for (const [name, text] of Object.entries(files)) {
            mkdirSync(join(at, name, ".."), { recursive: true });
            writeFileSync(join(at, name), text);
        }
        git(at, "add", "--all");
        git(at, "commit", "--quiet", "-m", "x");
        return git(at, "rev-parse", "HEAD");
    };
    const bring = (ref: string): string => execFileSync(script, [own, ref], { cwd: program, encoding: "utf8" }).trim();

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-stack-files-"));
        [program, own] = [join(folder, "program"), join(folder, "own")];
        for (const at of [program, own]) {
            mkdirSync(at);
            git(at, "init", "--quiet");
        }
        commit(program, { "Pulumi.dev.yaml": "ours", "Pulumi.yaml": "name: x", "index.ts": "program" });
    });
    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    it("gives the program its own in place of the examples, and nothing of its code", () => {
        commit(own, {
            "Pulumi.prod.yaml": "prod",
            "files/teams.yaml": "teams",
            "index.ts": "other",
            "deep/Pulumi.x.yaml": "no",
        });
        bring("HEAD");
        const has = readdirSync(program).filter((name) => name !== ".git");
        assert.deepEqual(has.sort(), ["Pulumi.prod.yaml", "Pulumi.yaml", "files", "index.ts"]);
        assert.equal(readFileSync(join(program, "index.ts"), "utf8"), "program");
        assert.equal(readFileSync(join(program, "files/teams.yaml"), "utf8"), "teams");
    });

    it("has the program with those of an older commit to compare with", () => {
        const older = commit(own, { "Pulumi.prod.yaml": "old", "files/gone.yaml": "gone" });
        git(own, "rm", "--quiet", "files/gone.yaml");
        commit(own, { "Pulumi.prod.yaml": "new" });
        const before = git(program, "rev-parse", "HEAD");
        const base = bring(older);
        bring("HEAD");
        assert.equal(git(program, "show", `${base}:Pulumi.prod.yaml`), "old");
        assert.equal(git(program, "show", `${base}:index.ts`), "program");
        assert.equal(readFileSync(join(program, "Pulumi.prod.yaml"), "utf8"), "new");
        assert.ok(!existsSync(join(program, "files")));
        assert.equal(git(program, "rev-parse", "HEAD"), before);
    });

    it("is refused where it has none, and where there is no such commit", () => {
        commit(own, { "README.md": "x" });
        for (const [ref, rule] of [
            ["HEAD", /has no Pulumi\.<stack>\.yaml in its first folder/],
            ["nowhere", /has no commit nowhere: fetch all of its history/],
        ] as const) {
            const { status, stderr } = spawnSync(script, [own, ref], { cwd: program, encoding: "utf8" });
            assert.equal(status, 1);
            assert.match(stderr, rule);
        }
    });
});
