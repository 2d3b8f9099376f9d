import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { type V1Pod } from "@kubernetes/client-node";

import { runTrace, tokenOf } from "../airflow/trace-reports.ts";
import { type RealStage, realStage } from "../airflow/real-stage.ts";
import { eventually } from "../bare-cluster.ts";
import { shownCertificate } from "../login/browser.ts";
import { Call, PodView } from "../pod-calls.ts";
import { type Stage } from "../stage.ts";

const stranger = "stranger-to-airflow";

describe("the dev stack with its entrance", function () {
    this.timeout("10m");

    let real: RealStage;
    let stage: Stage;

    before(async () => {
        real = await realStage();
        ({ stage } = real);
        await real.healthy();
    });

    after(async () => {
        // Without a stage, the start of this has failed and said so.
        await (real && stage.kubectl("delete", "pod", stranger, "-n", "default", "--ignore-not-found", "--now"));
    });

    it("has a certificate of the authority whose file it leaves, for its own name, and shows it to whoever asks where it is", async () => {
        const shown = await shownCertificate(real.airflow, real.authorityFile);
        const authority = new X509Certificate(readFileSync(real.authorityFile));
        assert.ok(authority.ca && shown.verify(authority.publicKey));
        assert.equal(shown.checkHost("airflow.localhost"), "airflow.localhost");
        assert.equal(statSync(real.authorityFile).mode & 0o777, 0o644);
        const { output } = await stage.run("status");
        assert.ok(output.includes(`Airflow: ${real.airflow}`), output);
        assert.ok(output.includes(real.authorityFile), output);
    });

    it("is not believed by whoever was not told of that authority", async () => {
        const others = join(stage.at.cluster, "certificates", "peoples-ca.crt");
        await assert.rejects(shownCertificate(real.airflow, others), { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
    });

    it("takes a run from the command line, gives out a token and shows what it recorded", async () => {
        const { exitCode, output } = await stage.dag("values");
        assert.equal(exitCode, 0, output);
        const [address = ""] = /https:\S+/.exec(output) ?? [];
        assert.equal(new URL(address).origin, real.airflow);
        const run = decodeURIComponent(address.split("/").at(-1) ?? "");
        const token = await tokenOf(stage, "ada");
        const untold = await runTrace(stage, ["values", run], token);
        assert.equal(untold.code, 1);
        assert.match(untold.stderr, /is of an authority that is not known here .*NODE_EXTRA_CA_CERTS/);
        const told = await runTrace(stage, ["values", run], token, real.authorityFile);
        assert.equal(told.code, 0, told.stderr);
        assert.match(told.stdout, /started by +Otto Author/);
    });

    it("finds nothing to change the second time", async () => {
        const second = await stage.run("up", ["--expect-no-changes"]);
        assert.equal(second.exitCode, 0, second.output);
    });

    it("leads nobody past it: a pod of the cluster reaches Envoy, and Airflow's API server does not take its call", async () => {
        const created = await stage.kubectlWith(
            JSON.stringify({
                apiVersion: "v1",
                kind: "Pod",
                metadata: { name: stranger, namespace: "default" },
                spec: {
                    containers: [
                        {
                            name: "main",
                            image: "postgres:17.6",
                            command: ["/opt/rehearsal/node", "--eval", "setInterval(() => {}, 1000)"],
                        },
                    ],
                },
            }),
            "apply",
            "-f",
            "-",
        );
        assert.equal(created.exitCode, 0, created.output);
        const running = await eventually(async () => {
            const pods = await stage.objects<V1Pod>("pods");
            const pod = pods.find(({ metadata }) => metadata?.name === stranger);
            return pod?.status?.phase === "Running" ? pod : undefined;
        });
        const pods = await stage.objects<V1Pod>("pods");
        const ip = (namespace: string, start: string): string =>
            pods.find(({ metadata }) => metadata?.namespace === namespace && metadata.name?.startsWith(start))?.status
                ?.podIP ?? assert.fail(`no pod ${start}`);
        const view = new PodView(stage.at, running);
        assert.equal(await view.call({ address: ip("entrance", "entrance-"), port: 10443 }), Call.accepted);
        assert.equal(await view.call({ address: ip("airflow", "airflow-api-server-"), port: 8080 }), Call.unanswered);
    });
});
