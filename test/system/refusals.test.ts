import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { type Server, createServer } from "node:net";
import { join } from "node:path";

import { checkout } from "../../rehearsal/place.ts";
import { sharedStage } from "./shared-stage.ts";
import { Stage } from "./stage.ts";

const chartsFolder = join(checkout, "rehearsal", "charts");

function listen(): Promise<{ server: Server; port: number }> {
    return new Promise((resolve, reject) => {
        const server = createServer();
        server.once("error", reject);
        server.listen(0, "127.0.0.1", () => {
            resolve({ server, port: (server.address() as { port: number }).port });
        });
    });
}

describe("what is refused before anything changes", function () {
    let stage: Stage;

    before(() => {
        stage = new Stage();
    });

    after(async () => {
        await stage.close();
    });

    async function refused(command: string, patterns: readonly RegExp[], env: Record<string, string> = {}) {
        const { exitCode, output } = await stage.run(command, [], env);
        assert.equal(exitCode, 1, output);
        for (const pattern of patterns) {
            assert.match(output, pattern);
        }
        assert.ok(!existsSync(join(stage.at.state, "dev.json")), "a state was written");
    }

    it("names every mistake in the config at once, with the way out", async () => {
        stage.configure({ mesh: { highAvailabilty: true }, trust: { signer: 7 } });
        await refused("preview", [/highAvailabilty.*highAvailability/s, /signer.*7/s]);
    });

    it("names the folder of a chart mirror that is not there", async () => {
        stage.configure({ charts: { mirror: "no/such/folder" } });
        await refused("preview", [/charts\.mirror/, /no\/such\/folder/]);
    });

    it("names a chart that the mirror lacks", async () => {
        const mirror = join(stage.at.root, "empty-mirror");
        mkdirSync(mirror);
        stage.configure({ charts: { mirror } });
        await refused("preview", [/charts\.mirror/, /airflow-1\.22\.0\.tgz/]);
    });

    it("names a kubeconfig that cannot be read", async () => {
        const kubeconfig = join(stage.at.root, "broken-kubeconfig");
        writeFileSync(kubeconfig, "clusters: [");
        stage.configure({ cluster: { kubeconfig } });
        await refused("preview", [/cluster\.kubeconfig/, /broken-kubeconfig/]);
    });

    it("names the port that it was told to use and that somebody else has", async () => {
        const { server, port } = await listen();
        try {
            stage.configure({});
            await refused("up", [new RegExp(String(port)), /AIRFLOW_LINKERD_API_PORT/], {
                AIRFLOW_LINKERD_API_PORT: String(port),
            });
        } finally {
            server.close();
        }
    });
});

describe("a stack whose up meets something wrong", function () {
    it("is not opened with the wrong passphrase", async () => {
        const { stage } = await sharedStage();
        const { exitCode, output } = await stage.run("preview", [], { PULUMI_CONFIG_PASSPHRASE: "wrong" });
        assert.equal(exitCode, 1, output);
        assert.match(output, /passphrase/i);
        assert.match(output, /PULUMI_CONFIG_PASSPHRASE/);
    });

    it("goes on once a chart that failed to render is mended", async () => {
        const stage = new Stage();
        try {
            await stage.run("setup");
            const mirror = join(stage.at.root, "mirror");
            const broken = join(stage.at.root, "trust-manager");
            mkdirSync(join(broken, "templates"), { recursive: true });
            mkdirSync(mirror);
            for (const file of readdirSync(chartsFolder).filter((name) => /\.(tgz|yaml)$/.test(name))) {
                copyFileSync(join(chartsFolder, file), join(mirror, file));
            }
            writeFileSync(
                join(broken, "Chart.yaml"),
                "apiVersion: v2\nname: trust-manager\nversion: v0.25.0\ndescription: fails to render\n",
            );
            writeFileSync(join(broken, "templates", "fails.yaml"), `{{ fail "this chart is broken on purpose" }}\n`);
            execFileSync("tar", [
                "-czf",
                join(mirror, "trust-manager-v0.25.0.tgz"),
                "-C",
                stage.at.root,
                "trust-manager",
            ]);
            stage.configure({ charts: { mirror } });

            const { exitCode, output } = await stage.run("up");
            assert.equal(exitCode, 1, output);
            assert.match(output, /this chart is broken on purpose/);
            assert.match(output, /trust-manager/);

            copyFileSync(join(chartsFolder, "trust-manager-v0.25.0.tgz"), join(mirror, "trust-manager-v0.25.0.tgz"));
            const next = await stage.run("preview", ["--json"]);
            assert.equal(next.exitCode, 0, next.output);
            const { changeSummary } = JSON.parse(next.stdout) as { changeSummary: Record<string, number> };
            assert.deepEqual(Object.keys(changeSummary).sort(), ["create", "same"]);
        } finally {
            await stage.close();
        }
    });
});
