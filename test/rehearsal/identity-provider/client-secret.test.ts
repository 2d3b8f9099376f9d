import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Cipher } from "../../../rehearsal/engine/values/cipher.ts";
import { clientSecret } from "../../../rehearsal/identity-provider/client-secret.ts";
import { type Place, place } from "../../../rehearsal/place.ts";

describe("the secret between Airflow and the rehearsal's provider", () => {
    let at: Place;

    beforeEach(() => {
        at = place(mkdtempSync(join(tmpdir(), "airflow-linkerd-secret-")));
    });

    afterEach(() => {
        rmSync(at.root, { recursive: true });
        delete process.env.PULUMI_CONFIG_PASSPHRASE;
    });

    it("is made once for a place, also by two commands at the same time", async () => {
        const [one, other] = await Promise.all([clientSecret(at), clientSecret(at)]);
        assert.equal(one.value, other.value);
        assert.ok(one.value.length >= 40);
        assert.equal((await clientSecret(at)).value, one.value);
    });

    it("stands in no file in plain text, and its own is for the owner only", async () => {
        const { value } = await clientSecret(at);
        const files = readdirSync(at.root, { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map((entry) => join(entry.parentPath, entry.name));
        assert.ok(files.length >= 2);
        for (const file of files) {
            assert.ok(!readFileSync(file, "utf8").includes(value), file);
            assert.equal(statSync(file).mode & 0o077, 0, file);
        }
    });

    it("comes sealed as a stack's file holds it", async () => {
        process.env.PULUMI_CONFIG_PASSPHRASE = "correct horse";
        const { value, sealed, salt } = await clientSecret(at);
        const cipher = await Cipher.open({ value: "correct horse", source: "the test" }, salt, "the file");
        assert.equal(cipher.decrypt(sealed), value);
    });

    it("is not opened with another passphrase", async () => {
        await clientSecret(at);
        process.env.PULUMI_CONFIG_PASSPHRASE = "wrong";
        await assert.rejects(clientSecret(at), /login-client\.json: wrong passphrase\. .*PULUMI_CONFIG_PASSPHRASE/);
    });
});
