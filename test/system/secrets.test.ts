import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { gunzipSync } from "node:zlib";

import { type V1Secret } from "@kubernetes/client-node";

import { passphrase } from "../../rehearsal/engine/values/cipher.ts";
import { type Property, Secret, isMap } from "../../rehearsal/engine/values/property.ts";
import { StateFile } from "../../rehearsal/engine/state/state.ts";
import { sharedStage } from "./shared-stage.ts";
import { type CommandResult, type Stage } from "./stage.ts";

/** Shorter ones are flags and names, and would be found anywhere. */
const shortestSecret = 12;

/** What holds Kubernetes' own copy of its Secrets. The API server guards it; it is no output of ours. */
const kubernetesOwnStore = /^cluster\/etcd\//;

function secretTexts(value: Property, secret = false): string[] {
    if (value instanceof Secret) {
        return secretTexts(value.value, true);
    }
    if (typeof value === "string") {
        return secret && value.length >= shortestSecret ? [value] : [];
    }
    if (Array.isArray(value)) {
        return value.flatMap((item) => secretTexts(item, secret));
    }
    return isMap(value) ? Object.values<Property>(value).flatMap((item) => secretTexts(item, secret)) : [];
}

const publicBlock = /-----BEGIN (CERTIFICATE|CERTIFICATE REQUEST|PUBLIC KEY)-----[\s\S]+?-----END \1-----/g;
// The scalar stands in the first two lines; what follows is the public key, which anyone may know.
const privateBlock = /-----BEGIN [A-Z ]*PRIVATE KEY-----\n(.*\n.*)\n[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g;

/** The lines that would give a secret away, also as base64, which anyone can read. */
function tellingForms(text: string): string[] {
    const telling = text.replace(publicBlock, "").replace(privateBlock, "$1");
    return telling
        .split("\n")
        .filter((line) => line.length >= shortestSecret)
        .flatMap((line) => [line, Buffer.from(line).toString("base64").replace(/=+$/, "")]);
}

function files(folder: string): string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
}

describe("the stack's secrets", function () {
    let stage: Stage;
    let first: CommandResult;
    let secrets: string[];

    const findIn = (text: string): string[] => secrets.filter((secret) => text.includes(secret));

    before(async () => {
        ({ stage, first } = await sharedStage());
        const state = await StateFile.read(join(stage.at.state, "dev.json"), () => passphrase(stage.at.state));
        const resources = state?.resources ?? [];
        const texts = resources.flatMap(({ inputs, outputs }) => [...secretTexts(inputs), ...secretTexts(outputs)]);
        secrets = [...new Set(texts.flatMap(tellingForms))];
    });

    it("are found by this search where Kubernetes keeps them", async () => {
        const objects = await stage.objects<V1Secret>("secrets");
        const values = objects.flatMap(({ data }) => Object.values(data ?? {}));
        const texts = values.map((value) => Buffer.from(value, "base64").toString("utf8")).join("\n");
        // Fernet key, JWT secret, API secret, database password, root and signing keys: at least these.
        assert.ok(secrets.length >= 6, `only ${String(secrets.length)} secret values in the state`);
        assert.ok(findIn(texts).length >= 5);
    });

    it("stand in no file of the rehearsal in plain text", () => {
        const found = files(stage.at.root)
            .map((file) => ({ file: relative(stage.at.root, file), text: readFileSync(file, "latin1") }))
            .filter(({ file }) => !kubernetesOwnStore.test(file))
            .flatMap(({ file, text }) => findIn(text).map((secret) => `${file}: ${secret.slice(0, 4)}…`));
        assert.deepEqual(found, []);
    });

    it("are shown by no up, no preview and no list of outputs", async () => {
        const runs = await Promise.all([
            stage.run("preview", ["--diff"]),
            stage.run("preview", ["--diff", "--json"]),
            stage.run("outputs"),
        ]);
        for (const { output, exitCode } of [first, ...runs]) {
            assert.equal(exitCode, 0, output);
            assert.deepEqual(findIn(output), []);
        }
    });

    it("are in the values of no Helm release", async () => {
        const releases = (await stage.objects<V1Secret>("secrets")).filter(({ type }) => type === "helm.sh/release.v1");
        assert.ok(releases.length >= 6, `only ${String(releases.length)} releases`);
        for (const { metadata, data } of releases) {
            const packed = Buffer.from(Buffer.from(data?.release ?? "", "base64").toString("utf8"), "base64");
            assert.deepEqual(findIn(gunzipSync(packed).toString("utf8")), [], metadata?.name);
        }
    });
});
