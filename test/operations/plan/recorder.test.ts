import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { judge } from "../../../operations/plan/judgement.ts";
import { planMarkdown, planText } from "../../../operations/plan/plan-text.ts";
import { recordedPlan } from "../../../operations/plan/recorder.ts";
import { checkout } from "../../../rehearsal/place.ts";
import { canary } from "../../support/sample-secrets.ts";
import { certificate } from "../../stacks/certificate.ts";
import { encryptedKeys, secretKeys, secretStackFile, secretStacks } from "./every-secret.ts";

const names = Object.keys(secretStacks(""));

describe("a plan of a stack with secrets", function () {
    this.timeout(240_000);

    let folder: string;
    before(async () => {
        folder = await mkdtemp(join(tmpdir(), "airflow-linkerd-plan-test-"));
        await writeFile(join(folder, "authority.pem"), certificate);
    });
    after(() => rm(folder, { recursive: true }));
    const stackFileOf = (which: string) => {
        const change = secretStacks(join(folder, "authority.pem"))[which];
        assert.ok(change);
        return secretStackFile(change, canary);
    };

    it("is tried with every secret that a stack may have", async () => {
        const texts = await Promise.all(names.map(stackFileOf));
        const tried = texts.flatMap(encryptedKeys);
        const all = secretKeys();
        assert.ok(all.length >= 10, all.join(", "));
        assert.deepEqual(
            all.filter((key) => !tried.some((each) => each === key || each.startsWith(`${key}.`))),
            [],
        );
    });

    for (const which of names) {
        it(`holds neither what stands for one nor how it is encrypted: ${which}`, async () => {
            const stackFile = join(folder, "Pulumi.prod.example.yaml");
            await writeFile(stackFile, `${await stackFileOf(which)}\nencryptionsalt: ${canary}\n`);
            const plan = await recordedPlan(checkout, { root: checkout, stack: "prod.example", stackFile });
            assert.ok(Object.keys(plan.resources).length > 100);
            const judgement = judge({ resources: {}, outputs: {} }, plan);
            const report = { verdict: judgement.verdict, stacks: [{ stack: "x", comparedWith: "y", ...judgement }] };
            for (const text of [JSON.stringify(plan), JSON.stringify(report), planText(report), planMarkdown(report)]) {
                for (const secret of [canary, "secret://", Buffer.from("secret://").toString("base64")]) {
                    assert.ok(!text.includes(secret), `the plan shows ${secret}`);
                }
            }
        });
    }

    it("is an error with the stack's file and the program's own words where the program refuses", async () => {
        const stackFile = join(folder, "Pulumi.dev.yaml");
        const dev = await readFile(join(checkout, "Pulumi.dev.yaml"), "utf8");
        await writeFile(stackFile, dev.replace("kind: existing", "kind: nonsense"));
        await assert.rejects(recordedPlan(checkout, { root: checkout, stack: "dev", stackFile }), (error: Error) => {
            assert.match(error.message, /Pulumi\.dev\.yaml: /);
            assert.match(error.message, /nonsense/);
            return true;
        });
    });
});
