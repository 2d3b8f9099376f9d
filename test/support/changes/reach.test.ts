import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { Reach } from "./reach.ts";

const project: Readonly<Record<string, string>> = {
    "index.ts": `import "./stacks/platform.ts";`,
    "stacks/platform.ts": `const { key } = await import("../components/keys/key.ts");`,
    "components/keys/key.ts": `import type { Name } from "../names.ts";`,
    "components/keys/check.py": "",
    "components/names.ts": "",
    "components/alone.ts": "",
    "rehearsal/cli.ts": `up({ projectFolder: checkout });`,
    "rehearsal/charts/package.ts": "",
    "rehearsal/charts/airflow/templates/scheduler.yaml": "",
    "test/key.test.ts": `import { key } from "../components/keys/key.ts"; const checkout = "rehearsal";`,
    "test/alone.test.ts": `import "../components/alone.ts"; read("package.json");`,
    "test/page.test.ts": `read("docs/page.md");`,
    "test/platform.test.ts": `spawn(join(checkout, "rehearsal/cli.ts"));`,
    "test/charts.test.ts": `const charts = join(checkout, "rehearsal/charts");`,
    "test/programs/one/index.ts": "",
    "test/program.test.ts": `new URL("programs/one", import.meta.url);`,
    "docs/page.md": "",
    "docs/other.md": "",
    "examples/dags/flaky.py": "",
    "package.json": "",
};

describe("the tests that a change can reach", () => {
    let root: string;
    before(() => {
        root = mkdtempSync(join(tmpdir(), "airflow-linkerd-reach-"));
        for (const [file, text] of Object.entries(project)) {
            mkdirSync(dirname(join(root, file)), { recursive: true });
            writeFileSync(join(root, file), text);
        }
    });
    after(() => {
        rmSync(root, { recursive: true });
    });

    const all = Object.keys(project).filter((file) => file.endsWith(".test.ts"));
    const reached = (...changed: string[]) =>
        new Reach(root, Object.keys(project)).tests(all, changed).map((file) => file.replace(/test\/|\.test\.ts/g, ""));

    const expected: [what: string, changed: string, tests: string[]][] = [
        ["import it, and those that import that, for types alone as well", "components/names.ts", ["key", "platform"]],
        ["import it and no other", "components/alone.ts", ["alone"]],
        ["run the project's program", "stacks/platform.ts", ["platform"]],
        ["are changed themselves", "test/key.test.ts", ["key"]],
        ["start a program in a folder that they name", "test/programs/one/index.ts", ["program"]],
        ["use what a script lies beside", "components/keys/check.py", ["key", "platform"]],
        ["name the folder above a template", "rehearsal/charts/airflow/templates/scheduler.yaml", ["charts"]],
        ["name a page", "docs/page.md", ["page"]],
    ];
    for (const [what, changed, tests] of expected) {
        it(`are those that ${what}`, () => {
            assert.deepEqual(reached(changed), tests);
        });
    }

    it("are none where a page is named by none", () => {
        assert.deepEqual(reached("docs/other.md"), []);
    });

    it("are all where nobody can tell who uses a file, and for a file of the whole project", () => {
        assert.equal(reached("examples/dags/flaky.py").length, all.length);
        assert.equal(reached("package.json").length, all.length);
    });

    it("are those of a file that is gone, if its folder has others", () => {
        assert.deepEqual(reached("components/keys/gone.py"), ["key", "platform"]);
    });
});
