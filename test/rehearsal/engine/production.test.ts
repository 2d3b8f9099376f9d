import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";

import { preview, type RunResult } from "../../../rehearsal/engine/engine.ts";
import { checkout, place } from "../../../rehearsal/place.ts";
import { providerFactories } from "../../../rehearsal/providers/index.ts";
import { stackFile } from "../../../rehearsal/stack-file.ts";
import { goldenFile } from "../../golden/golden-file.ts";

const stack = "prod.example";

/** Their names are those of the definitions in manifests, which a recorded graph does not have. */
const definitions = [/ gateway-api-/, / entrance-definitions-/];

describe(`a preview of the stack ${stack} on a machine that has neither AWS nor a cluster`, function () {
    this.timeout(120_000);

    let folder: string;
    let result: RunResult;
    let lines: string[];

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), "airflow-linkerd-production-"));
        const at = place(join(folder, "never-started"));
        let shown = "";
        result = await preview({
            projectFolder: checkout,
            stack,
            configFile: await stackFile(at, join(checkout, `Pulumi.${stack}.yaml`)),
            stateFolder: at.state,
            binFolder: at.bin,
            providers: providerFactories,
            output: new Writable({
                write: (chunk: Buffer, _encoding, done) => {
                    shown += chunk.toString();
                    done();
                },
            }),
        });
        lines = shown.split("\n");
    });

    after(() => rm(folder, { recursive: true }));

    it("ends well, and would make everything that reviewers have seen", async () => {
        assert.ok(result.ok, lines.join("\n"));
        const golden = JSON.parse(await readFile(goldenFile(stack), "utf8")) as { resources: Record<string, unknown> };
        const seen = Object.keys(golden.resources).map((entry) => {
            const [, name, type] = /^(.*) \((.*)\)$/.exec(entry) ?? [];
            return `+ ${type} ${name}${type?.startsWith("aws:") ? " (recorded)" : ""} create`;
        });
        const planned = lines.filter((line) => line.startsWith("+ "));
        const apart = (all: string[]) => all.filter((line) => !definitions.some((each) => each.test(line))).sort();
        const root = `+ pulumi:pulumi:Stack airflow-linkerd-${stack} create`;
        assert.deepEqual(apart(planned), apart([...seen, root]));
        for (const each of definitions) {
            assert.ok(planned.filter((line) => each.test(line)).length > 1, String(each));
        }
        const nothing = { update: 0, replace: 0, delete: 0, read: 0, same: 0 };
        assert.deepEqual(result.changes, { ...nothing, create: planned.length });
    });

    it("says once for each section that its secrets cannot be read, and once that it asks no cluster", () => {
        const warnings = lines.filter((line) => line.includes("warning:")).sort();
        const unread = (section: string) =>
            `warning: airflow-linkerd:${section} holds a secret that cannot be decrypted here: it is shown without it`;
        assert.equal(warnings.length, 3, warnings.join("\n"));
        assert.match(
            warnings[0] ?? "",
            /^\S+: warning: previewed without the cluster: the provider's kubeconfig is not known yet$/,
        );
        assert.deepEqual(warnings.slice(1), [unread("airflow"), unread("login")]);
    });

    it("leaves nothing behind but the stack's file", async () => {
        const left = await readdir(folder, { recursive: true });
        assert.deepEqual(left.sort(), ["never-started", `never-started/Pulumi.${stack}.yaml`, "never-started/state"]);
    });
});
