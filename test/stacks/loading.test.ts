import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { checkout } from "../../rehearsal/place.ts";

/** What a process that imports these modules has loaded of an npm package. */
function loaded(modules: readonly string[], packageName: string): string[] {
    const addresses = modules.map((module) => join(checkout, module));
    const script = `
        import { createRequire } from "node:module";
        for (const address of ${JSON.stringify(addresses)}) await import(address);
        const { cache } = createRequire(${JSON.stringify(join(checkout, "index.ts"))});
        console.log(JSON.stringify(Object.keys(cache)));
    `;
    const text = execFileSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" });
    const folder = join("node_modules", packageName, "/");
    return (JSON.parse(text) as string[]).filter((file) => file.includes(folder));
}

describe("what the program loads", () => {
    it("has nothing of AWS's package until a stack is in AWS", () => {
        const always = ["stacks/config.ts", "stacks/platform.ts"];
        assert.deepEqual(loaded(always, "@pulumi/aws"), []);
        assert.ok(loaded(always, "@pulumi/kubernetes").length > 0, "else this proves nothing");
        assert.ok(
            loaded(["stacks/foundation/aws-foundation.ts"], "@pulumi/aws").length > 0,
            "else this proves nothing",
        );
    });

    it("has nothing of AWS's package in what other programs use, and of Kubernetes' where they only read outputs", () => {
        assert.deepEqual(loaded(["components/index.ts"], "@pulumi/aws"), []);
        assert.ok(loaded(["components/index.ts"], "@pulumi/kubernetes").length > 0, "else this proves nothing");
        assert.deepEqual(loaded(["components/platform/platform-reference.ts"], "@pulumi/kubernetes"), []);
    });
});
