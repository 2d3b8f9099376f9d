import assert from "node:assert/strict";

import { type V1Job } from "@kubernetes/client-node";

import { eventually } from "../bare-cluster.ts";
import { type CommandResult, type Stage } from "../stage.ts";
import { type RealStage, realStage, realStageSettings } from "./real-stage.ts";

const binding = ["mutatingadmissionpolicybinding", "linkerd-proxy-injector"];

describe("a deployment that leaves a pod without its proxy", function () {
    this.timeout("10m");

    let real: RealStage;
    let stage: Stage;
    before(async () => {
        real = await realStage();
        ({ stage } = real);
    });
    after(async () => {
        await stage.kubectl("delete", "pod", "forgotten", "-n", "airflow", "--ignore-not-found");
        stage.configure(realStageSettings);
        const { exitCode, output } = await stage.run("up");
        assert.equal(exitCode, 0, output);
        await real.healthy();
    });

    function release(trial: string): Promise<CommandResult> {
        stage.configure({
            ...realStageSettings,
            airflow: { chartValues: { triggerer: { podAnnotations: { "example.com/trial": trial } } } },
        });
        console.log(`      waiting for the release of trial ${trial}`);
        return stage.run("up");
    }

    /** As it may happen while somebody works on the injector. */
    async function bornUnseen(name: string): Promise<void> {
        const { stdout } = await stage.kubectl("get", ...binding, "-o", "yaml");
        await stage.kubectl("delete", ...binding);
        await eventually(async () => {
            await stage.kubectl("run", name, "-n", "airflow", "--image=example/app:1");
            const made = await stage.kubectl("get", "pod", name, "-n", "airflow", "-o", "jsonpath={.spec}");
            if (made.exitCode === 0 && !made.stdout.includes("linkerd-proxy")) {
                return true;
            }
            await stage.kubectl("delete", "pod", name, "-n", "airflow", "--ignore-not-found", "--now");
            return undefined;
        });
        const { exitCode, output } = await stage.kubectlWith(stdout, "create", "-f", "-");
        assert.equal(exitCode, 0, output);
    }

    it("does not happen by itself", async () => {
        const jobs = await stage.objects<V1Job>("jobs");
        const check = jobs.find(({ metadata }) => metadata?.name?.startsWith("airflow-check-proxies-"));
        assert.equal(check?.status?.succeeded, 1);
    });

    it("fails with the pod's name, and passes once the pod is made anew", async () => {
        await bornUnseen("forgotten");
        const failed = await release("one");
        assert.equal(failed.exitCode, 1, failed.output);
        assert.match(failed.output, /Without a proxy, which they should have: airflow\/forgotten\./);

        await stage.kubectl("delete", "pod", "forgotten", "-n", "airflow", "--now");
        const mended = await release("one");
        assert.equal(mended.exitCode, 0, mended.output);
    });
});
