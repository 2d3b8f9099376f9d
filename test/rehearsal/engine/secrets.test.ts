import assert from "node:assert/strict";
import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { stringify } from "yaml";

import { Cipher } from "../../../rehearsal/engine/values/cipher.ts";
import { outputs, preview, up } from "../../../rehearsal/engine/engine.ts";
import { type Described } from "./described.ts";
import { Stage } from "./stage.ts";

describe("secrets", function () {
    // Each run starts a program, which takes a second on a quiet machine.
    this.timeout(120_000);

    let stage: Stage;
    beforeEach(async () => (stage = await Stage.open()));
    afterEach(async () => {
        delete process.env.PULUMI_CONFIG_PASSPHRASE;
        await stage.close();
    });

    const things = (size = 1): Described[] => [
        {
            name: "a",
            inputs: { size, token: { $secret: "hunter2" }, tags: { deep: [{ $secret: "hunter3" }], open: 1 } },
        },
        { name: "b", inputs: { note: { $apply: "a.token" } } },
    ];
    const given = { outputs: { token: { $ref: "a.token" }, tags: { $ref: "a.tags" }, size: { $ref: "a.size" } } };

    it("stand neither in the state nor in what is shown, and come out when asked for", async () => {
        const result = await stage.up(things(), { ...given, diff: true });
        const masked = { token: "[secret]", tags: { deep: ["[secret]"], open: 1 }, size: 1 };
        assert.deepEqual({ ...result.outputs, tags: masked.tags }, masked);
        assert.doesNotMatch(stage.shown + (await stage.state()), /hunter/);
        assert.deepEqual([...stage.world.objects.values()][0]?.token, "hunter2");
        const options = { stack: "dev", stateFolder: join(stage.folder, "state") };
        assert.equal((await outputs(options, { showSecrets: false })).token, "[secret]");
        assert.equal((await outputs(options, { showSecrets: true })).token, "hunter2");
        assert.doesNotMatch(JSON.stringify(await outputs(options, { showSecrets: false })), /hunter/);
    });

    it("keep their ciphertext when another input changes, and are not shown in the diff when they do", async () => {
        const sealed = async (): Promise<unknown> => ((await stage.recorded("a"))?.inputs as { token: unknown }).token;
        await stage.up(things(1));
        const before = await sealed();
        await stage.up(things(2));
        assert.deepEqual(await sealed(), before);
        await stage.up([{ name: "a", inputs: { token: { $secret: "hunter4" } } }], { diff: true });
        assert.match(stage.shown, /~ token: "\[secret\]" => "\[secret\]"/);
        assert.notDeepEqual(await sealed(), before);
    });

    it("are kept in files that only their owner can read, with a key of their own", async () => {
        await stage.up(things());
        const folder = join(stage.folder, "state");
        assert.deepEqual((await readdir(folder)).toSorted(), ["dev.json", "passphrase"]);
        for (const name of ["dev.json", "passphrase"]) {
            assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600);
        }
        assert.equal((await stat(folder)).mode & 0o777, 0o700);
    });

    it("refuse a wrong passphrase before anything changes, and say where it came from", async () => {
        process.env.PULUMI_CONFIG_PASSPHRASE = "right";
        await stage.up(things());
        const before = await stage.state();
        process.env.PULUMI_CONFIG_PASSPHRASE = "wrong";
        for (const run of [() => stage.up(things(2)), () => stage.preview(things(2)), () => stage.destroy()]) {
            await assert.rejects(run, /dev\.json: wrong passphrase\. It came from PULUMI_CONFIG_PASSPHRASE;/);
        }
        assert.equal(await stage.state(), before);
        process.env.PULUMI_CONFIG_PASSPHRASE = "right";
        assert.equal((await stage.up(things())).changes.same, 3);
    });

    it("reach the program from the stack's file, as secrets", async () => {
        const source = { value: "right", source: "here" };
        process.env.PULUMI_CONFIG_PASSPHRASE = source.value;
        const cipher = await Cipher.create(source);
        const resources: Described[] = [
            { kind: "config", name: "password", inputs: { key: "password" } },
            { kind: "config", name: "login", inputs: { key: "login" } },
        ];
        const asked = { password: { $ref: "password.value" }, login: { $ref: "login.value" } };
        const options = await stage.options({ resources });
        const config = {
            "described:resources": resources,
            "described:outputs": asked,
            "described:password": { secure: cipher.encrypt("hunter5") },
            "described:login": { id: "me", key: { secure: cipher.encrypt("hunter6") } },
        };
        await writeFile(options.configFile ?? "", stringify({ encryptionsalt: cipher.salt, config }));
        const result = await up(options);
        assert.deepEqual(result.outputs, { password: "[secret]", login: "[secret]" });
        const shown = await outputs(options, { showSecrets: true });
        assert.deepEqual(shown, { password: "hunter5", login: '{"id":"me","key":"hunter6"}' });
        process.env.PULUMI_CONFIG_PASSPHRASE = "wrong";
        await assert.rejects(up(options), /Pulumi\.dev\.yaml: wrong passphrase/);
    });

    it("of another secrets provider are named and stood in for in a preview, and refused by an up", async () => {
        const resources: Described[] = [{ kind: "config", name: "login", inputs: { key: "login" } }];
        const options = await stage.options({ resources });
        const config = {
            "described:resources": resources,
            "described:outputs": { login: { $ref: "login.value" } },
            "described:login": { id: "me", key: { secure: "AQICAHg=" } },
        };
        await writeFile(options.configFile ?? "", stringify({ secretsprovider: "awskms://alias/stacks", config }));
        const result = await preview(options);
        assert.equal(result.ok, true, stage.shown);
        assert.deepEqual(result.outputs, { login: "[secret]" });
        assert.match(stage.shown, /warning: described:login holds a secret that cannot be decrypted here/);
        await assert.rejects(up(options), /described:login is encrypted by a secrets provider other than a passphrase/);
    });

    it("open what another implementation of Pulumi's passphrase provider has sealed", async () => {
        // Made with Python's cryptography: PBKDF2-SHA256, a million rounds, AES-256-GCM, passphrase "correct horse".
        const salt = "v1:cmVoZWFyc2U=:v1:bm9uY2UtbnVtYmVy:7t/uGCdh1Tn3bfGTUhNs5MhpZuehJQ==";
        const sealed = "v1:b3RoZXItbm9uY2Uh:6yMwXS84PNoaVKsKvNGWb4u1KSffUxBkOK8dx22am3nkjms=";
        const cipher = await Cipher.open({ value: "correct horse", source: "a test" }, salt, "a stack file");
        assert.equal(cipher.decrypt(sealed), '{"héllo":"wörld"}');
        await assert.rejects(
            Cipher.open({ value: "other", source: "a test" }, salt, "a stack file"),
            /wrong passphrase/,
        );
    });

    it("say which file is damaged, and the way out", async () => {
        await stage.up(things());
        await writeFile(stage.stateFile, "{");
        await assert.rejects(stage.up(things()), /The state file .*dev\.json cannot be read .* restore it from a copy/);
    });
});
