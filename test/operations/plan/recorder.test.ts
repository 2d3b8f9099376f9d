import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { recordedPlan } from "../../../operations/plan/recorder.ts";
import { checkout } from "../../../rehearsal/place.ts";
import { canary } from "../../support/sample-secrets.ts";

describe("a plan of a stack with secrets", function () {
    this.timeout(240_000);

    it("holds neither what stands for them nor how they are encrypted", async () => {
        const folder = await mkdtemp(join(tmpdir(), "airflow-linkerd-plan-test-"));
        try {
            const stackFile = join(folder, "Pulumi.prod.example.yaml");
            const example = await readFile(join(checkout, "Pulumi.prod.example.yaml"), "utf8");
            const sealed = example.replaceAll("secure: AQICAHhExampleOnly=", `secure: ${canary}`);
            assert.ok(sealed.split(canary).length > 2, "the example has no secrets any more");
            await writeFile(stackFile, `${sealed}\nencryptionsalt: ${canary}\n`);
            const plan = await recordedPlan(checkout, { root: checkout, stack: "prod.example", stackFile });
            const text = JSON.stringify(plan);
            assert.ok(Object.keys(plan.resources).length > 100);
            for (const secret of [canary, "secret://", Buffer.from("secret://").toString("base64")]) {
                assert.ok(!text.includes(secret), `the plan shows ${secret}`);
            }
        } finally {
            await rm(folder, { recursive: true });
        }
    });

    it("is an error with the stack's file and the program's own words where the program refuses", async () => {
        const folder = await mkdtemp(join(tmpdir(), "airflow-linkerd-plan-test-"));
        try {
            const stackFile = join(folder, "Pulumi.dev.yaml");
            const dev = await readFile(join(checkout, "Pulumi.dev.yaml"), "utf8");
            await writeFile(stackFile, dev.replace("kind: existing", "kind: nonsense"));
            await assert.rejects(
                recordedPlan(checkout, { root: checkout, stack: "dev", stackFile }),
                (error: Error) => {
                    assert.match(error.message, /Pulumi\.dev\.yaml: /);
                    assert.match(error.message, /nonsense/);
                    return true;
                },
            );
        } finally {
            await rm(folder, { recursive: true });
        }
    });
});
