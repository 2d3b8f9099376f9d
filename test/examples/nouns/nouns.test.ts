import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import * as door from "../../../components/index.ts";
import { checkout } from "../../../rehearsal/place.ts";

const folder = join(checkout, "examples", "nouns");
const examples = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

/** What somebody can make with `new`. A TasksReference comes from a PlatformReference. */
const nouns = Object.entries(door)
    .filter(
        ([, value]) =>
            value === door.PlatformReference ||
            (typeof value === "function" && value.prototype instanceof pulumi.ComponentResource),
    )
    .map(([name]) => name)
    .sort();

function fileOf(noun: string): string {
    return `${noun.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase()}.ts`;
}

describe("components/index.ts", () => {
    it("is a list that somebody chose", () => {
        assert.deepEqual(Object.keys(door).sort(), [
            "Airflow",
            "AirflowNamespace",
            "AllowCaller",
            "CertManager",
            "GatewayApi",
            "Linkerd",
            "LinkerdViz",
            "Login",
            "MeshNamespaces",
            "MeshPolicy",
            "MeshTrust",
            "PlatformReference",
            "PolicyMode",
            "Protocol",
            "TasksReference",
            "TeamExecutor",
            "TeamNamespace",
            "inboundPolicy",
            "policyObjects",
            "readManifest",
        ]);
    });

    it("has one documented example for each noun, and no other", () => {
        assert.deepEqual(examples.map((file) => basename(file)).sort(), nouns.map(fileOf).sort());
        for (const noun of nouns) {
            const file = examples.find((each) => basename(each) === fileOf(noun)) ?? "";
            const text = readFileSync(join(folder, file), "utf8");
            assert.ok(text.includes(`new ${noun}(`), `${file} must make a ${noun}`);
            assert.match(text, /^\/\*\* .* \*\/\nexport /m, `${file} must say what it shows`);
        }
    });

    it("is all that the examples need", () => {
        for (const file of examples) {
            const imports = readFileSync(join(folder, file), "utf8").matchAll(/from "([^"]+)"/g);
            for (const [, from] of imports) {
                assert.ok(
                    from === "../../../components/index.ts" || from === "@pulumi/pulumi",
                    `${file} imports ${String(from)}`,
                );
            }
        }
    });
});
