import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { parse } from "yaml";
import { z } from "zod";

import { checkout } from "../../rehearsal/place.ts";
import { stackSchema, stackSchemaFile } from "./stack-schema.ts";

interface StackFile {
    readonly config: Record<string, Record<string, unknown>>;
}

const stackOf = async (name: string) =>
    parse(await readFile(join(checkout, `Pulumi.${name}.yaml`), "utf8")) as StackFile;

/** The dev stack with what the rehearsal fills in. */
async function filled(): Promise<StackFile> {
    const { config } = await stackOf("dev");
    const login = { ...config["airflow-linkerd:login"], issuer: "https://login.example.com", clientSecret: "a secret" };
    return { config: { ...config, "airflow-linkerd:login": login } };
}

describe("Pulumi.schema.json", () => {
    const schema = z.fromJSONSchema(stackSchema());
    const takes = (file: object) => schema.safeParse(file).success;

    it("is what the program's own schema says", async () => {
        const written = JSON.parse(await readFile(stackSchemaFile, "utf8")) as object;
        assert.deepEqual(
            written,
            JSON.parse(JSON.stringify(stackSchema())),
            "the schema changed: npm run docs, and commit Pulumi.schema.json",
        );
    });

    for (const stack of ["prod.example", "staging.example"]) {
        it(`takes the stack ${stack}, whose file names it for editors`, async () => {
            assert.deepEqual(schema.safeParse(await stackOf(stack)).error?.issues, undefined);
            const text = await readFile(join(checkout, `Pulumi.${stack}.yaml`), "utf8");
            assert.match(text, /^# yaml-language-server: \$schema=Pulumi\.schema\.json\n/);
        });
    }

    it("misses in the dev stack what the rehearsal fills in, and nothing else", async () => {
        const issues = schema.safeParse(await stackOf("dev")).error?.issues ?? [];
        assert.deepEqual(
            issues.map(({ path }) => path.join(".")),
            ["config.airflow-linkerd:login.issuer"],
        );
    });

    it("refuses a key that the program refuses, in a section and within a team, and keeps those of providers", async () => {
        const { config } = await filled();
        const teams = config["airflow-linkerd:teams"] as unknown as Record<string, unknown>[];
        assert.ok(takes({ config: { ...config, "aws:region": "eu-central-1" } }));
        assert.ok(!takes({ config: { ...config, "airflow-linkerd:team": [] } }));
        const airflow = { ...config["airflow-linkerd:airflow"], databse: {} };
        assert.ok(!takes({ config: { ...config, "airflow-linkerd:airflow": airflow } }));
        assert.ok(!takes({ config: { ...config, "airflow-linkerd:teams": [{ ...teams[0], onwers: ["me"] }] } }));
        assert.ok(!takes({ config: { ...config, "airflow-linkerd:teams": [{ ...teams[0], name: undefined }] } }));
        const { "airflow-linkerd:cluster": _, ...without } = config;
        assert.ok(!takes({ config: without }));
    });

    it("takes an encrypted text wherever a text may be", async () => {
        const { config } = await filled();
        const login = config["airflow-linkerd:login"];
        const of = (clientSecret: unknown) => ({
            config: { ...config, "airflow-linkerd:login": { ...login, clientSecret } },
        });
        assert.ok(takes(of({ secure: "v1:abc" })));
        assert.ok(!takes(of({ secret: "v1:abc" })));
    });

    it("says the rule beside a key, with the way out", () => {
        assert.match(
            JSON.stringify(stackSchema()),
            /"description":"it must be one line of at most 200 characters\. Write it as \\"#analytics\\"\."/,
        );
    });
});
