import assert from "node:assert/strict";

import { isMap, type Property, Secret } from "../../rehearsal/engine/values/property.ts";
import { ProgramFailure, type Recording } from "../../rehearsal/recording/recording.ts";
import { recorded } from "../support/recordings.ts";
import { canary, sampleSecrets } from "../support/sample-secrets.ts";

const git = { kind: "git", ref: "main" };

/** Every key that takes a secret, with a canary in it. */
const encrypted = {
    login: {
        issuer: "https://login.example.com",
        clientId: "airflow",
        clientSecret: `${canary}-client`,
        adminGroups: ["platform-admins"],
        contact: "the platform team",
    },
    airflow: {
        hostname: "airflow.example.com",
        highAvailability: false,
        database: { kind: "in-cluster" },
        dagBundles: [
            {
                ...git,
                name: "by-token",
                repository: "https://git.example.com/a.git",
                credentials: { kind: "token", token: `${canary}-token` },
            },
            {
                ...git,
                name: "by-key",
                repository: "git@git.example.com:b.git",
                credentials: {
                    kind: "ssh-key",
                    privateKey: `${sampleSecrets["a private key"] ?? ""}${canary}-key`,
                    knownHosts: "git.example.com ssh-ed25519 AAAA",
                },
            },
        ],
    },
};

/** Where a text stands that is in no secret. */
function plainly(value: Property, path: string): string[] {
    if (value instanceof Secret) {
        return [];
    }
    if (typeof value === "string") {
        return value.includes(canary) || value.includes(Buffer.from(canary).toString("base64").slice(0, 20))
            ? [path]
            : [];
    }
    if (Array.isArray(value)) {
        return value.flatMap((item, index) => plainly(item, `${path}[${String(index)}]`));
    }
    return isMap(value)
        ? Object.entries<Property>(value).flatMap(([key, item]) => plainly(item, `${path}.${key}`))
        : [];
}

function texts(value: Property): string {
    return JSON.stringify(value, (_key, each: unknown) => (each instanceof Secret ? each.value : each));
}

describe("a canary in every secret of the config", function () {
    this.timeout(180_000);

    for (const preview of [true, false]) {
        it(`stands in plain text in no resource and no output of ${preview ? "a preview" : "an up"}`, async () => {
            const secretKeys = Object.keys(encrypted);
            // A stack without teams, whose bundles are its own.
            const config = { ...encrypted, teams: [] };
            const { resources, outputs }: Recording = await recorded("dev", { preview, config, secretKeys });
            assert.deepEqual(
                resources.flatMap(({ inputs, urn }) => plainly(inputs, urn)),
                [],
            );
            assert.deepEqual(plainly(outputs, "outputs"), []);
            assert.ok(!texts(outputs).includes(canary), "an output has a secret, if only as one");
            // The search finds something at all.
            const holders = resources.filter(({ inputs }) => texts(inputs).includes(canary)).map(({ name }) => name);
            assert.ok(holders.length >= 3, holders.join(", "));
        });
    }

    it("in plain text stops the program, which shows it nowhere and registers nothing", async () => {
        const config = {
            ...encrypted,
            teams: [],
            tags: { owner: sampleSecrets["a token of GitHub"] ?? "" },
            mesh: { chartValues: { proxy: { logLevel: sampleSecrets["a private key"] ?? "" } } },
        };
        const failure: unknown = await recorded("dev", { preview: true, config }).catch((error: unknown) => error);
        assert.ok(failure instanceof ProgramFailure, "the program must fail");
        for (const key of [
            "login.clientSecret is [secret]",
            "airflow.dagBundles[0].credentials.token is [secret]",
            "airflow.dagBundles[1].credentials.privateKey is [secret]",
            "tags.owner holds a token of GitHub",
            "mesh.chartValues.proxy.logLevel holds a private key",
        ]) {
            assert.ok(failure.message.includes(`airflow-linkerd:${key}`), `${key}\n${failure.message}`);
        }
        assert.ok(!failure.message.includes(canary), failure.message);
        assert.deepEqual(
            failure.resources.filter(({ type }) => type !== "pulumi:pulumi:Stack"),
            [],
        );
    });
});
