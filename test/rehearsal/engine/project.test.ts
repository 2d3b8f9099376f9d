import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Project, readProject } from "../../../rehearsal/engine/program/project.ts";

describe("the project's files", () => {
    let folder: string;
    beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "airflow-linkerd-project-"))));
    afterEach(() => rm(folder, { recursive: true, force: true }));

    const read = async (project: string, stack?: string): Promise<Project> => {
        await writeFile(join(folder, "Pulumi.yaml"), project);
        if (stack !== undefined) {
            await writeFile(join(folder, "Pulumi.dev.yaml"), stack);
        }
        return readProject(folder, "dev", undefined, async () => ({ value: "", source: "a test" }));
    };

    it("give the program its config as text, what is not scalar as JSON, over the project's defaults", async () => {
        const { config } = await read(
            "{ name: p, runtime: nodejs, config: { a: { type: string, default: x }, 'k:b': 1, c: { type: integer, default: 2 } } }",
            "config: { 'p:c': 3, 'p:flag': true, 'p:list': [{ deep: null }] }",
        );
        assert.deepEqual(config, {
            "p:a": "x",
            "k:b": "1",
            "p:c": "3",
            "p:flag": "true",
            "p:list": '[{"deep":null}]',
        });
    });

    it("say where the program is, and how Node is started", async () => {
        const options = "{ typescript: false, nodeargs: --a  --b=c }";
        const { nodeArguments, typescript } = await read(`{ name: p, runtime: { name: nodejs, options: ${options} } }`);
        assert.deepEqual(nodeArguments, ["--a", "--b=c"]);
        assert.equal(typescript, false);
        const started = await read("{ name: p, main: src/start.ts, runtime: nodejs }");
        assert.equal(started.typescript, true);
        const entry = join(folder, "src", "start.ts");
        assert.deepEqual(started.program, { folder: join(folder, "src"), entry });
    });

    it("are refused with the file and the reason when they ask for what there is not", async () => {
        const plain = "{ name: p, runtime: nodejs }";
        await assert.rejects(
            read("{ name: p, runtime: python }"),
            /Pulumi\.yaml: runtime is python; the rehearsal runs only/,
        );
        await assert.rejects(
            read("runtime: nodejs"),
            /Pulumi\.yaml: there must be such a file, with the project's name/,
        );
        await assert.rejects(
            read("{ name: p, runtime: nodejs, config: { a: { type: string } } }"),
            /stack dev is missing a value for p:a, which Pulumi\.yaml asks for/,
        );
        const typed =
            "{ name: p, runtime: nodejs, config: { a: { type: array, items: { type: object }, default: [] }, b: { type: string, default: x } } }";
        await assert.rejects(
            read(typed, "config: { p:a: teams.yaml, p:b: 7 }"),
            /Pulumi\.dev\.yaml: as Pulumi\.yaml declares them, p:a must be of type array, p:b must be of type string/,
        );
        await assert.rejects(
            read(plain, "environment: [prod]"),
            /Pulumi\.dev\.yaml: environment \(Pulumi ESC\) is not/,
        );
        await assert.rejects(read(plain, "config: ["), /Pulumi\.dev\.yaml: /);
        await assert.rejects(
            read(plain, "config: { 'p:a': { secure: AAAB } }"),
            /p:a is encrypted by a secrets provider other than a passphrase/,
        );
        await assert.rejects(
            readProject(folder, "dev", join(folder, "typo.yaml"), () => Promise.reject(new Error("not asked"))),
            /typo\.yaml: there is no such file; it was named as the config of stack dev/,
        );
    });
});
