import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

describe("the cluster's network", () => {
    let folder: string;
    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-network-"))));
    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    it("keeps the gateway's hardware address when pods go, since the others would talk to one that is gone", () => {
        const script = join(import.meta.dirname, "bridge.ts");
        const { stdout, stderr } = spawnSync(process.execPath, [script, folder], { encoding: "utf8" });
        assert.equal(stderr, "");
        // 10.244.255.254, after the two bytes that say who chose it.
        const own = "0a:58:0a:f4:ff:fe";
        assert.deepEqual(JSON.parse(stdout), [own, own, own, own]);
    });
});
