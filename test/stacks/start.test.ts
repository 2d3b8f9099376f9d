import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";

import { parse, stringify } from "yaml";

import { preview } from "../../rehearsal/engine/engine.ts";
import { checkout } from "../../rehearsal/place.ts";

type Manifest = Record<string, unknown> & { engines: { node: string } };

/** What Pulumi shows when it is to run a project of ours on this Node.js, and the project asks for that version. */
async function shown(project: string, wanted: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "airflow-linkerd-start-"));
    try {
        await cp(join(checkout, ".npmrc"), join(folder, ".npmrc"));
        await cp(join(checkout, project, "start.js"), join(folder, "start.js"));
        const yaml = parse(await readFile(join(checkout, project, "Pulumi.yaml"), "utf8")) as object;
        await writeFile(join(folder, "Pulumi.yaml"), stringify({ ...yaml, config: {} }));
        const manifest = JSON.parse(await readFile(join(checkout, "package.json"), "utf8")) as Manifest;
        await writeFile(join(folder, "package.json"), JSON.stringify({ ...manifest, engines: { node: wanted } }));
        await symlink(join(checkout, "node_modules"), join(folder, "node_modules"));
        await writeFile(join(folder, "index.ts"), 'throw new Error("the program was loaded");');
        let output = "";
        await preview({
            projectFolder: folder,
            stack: "dev",
            stateFolder: join(folder, "state"),
            binFolder: folder,
            providers: {},
            output: new Writable({
                write: (chunk: Buffer, _encoding, done) => {
                    output += chunk.toString();
                    done();
                },
            }),
        });
        return output;
    } finally {
        await rm(folder, { recursive: true });
    }
}

for (const [name, project] of Object.entries({
    "the platform": ".",
    "the account's bootstrap": "examples/bootstrap",
})) {
    describe(`the Node.js of ${name}`, function () {
        this.timeout(180_000);

        it("is asked for by Pulumi before any TypeScript is read", async () => {
            const output = await shown(project, ">=99");
            assert.match(output, /Your current Node version is incompatible to run/);
            assert.match(output, /Expected version: >=99 as found in package\.json/);
            assert.doesNotMatch(output, /the program was loaded/);
        });

        it("is taken when it is one that the project asks for", async () => {
            const output = await shown(project, ">=20");
            assert.match(output, /the program was loaded/);
        });
    });
}
