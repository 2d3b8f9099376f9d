import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

import { KubeConfig } from "@kubernetes/client-node";

import { runningProcesses } from "../../rehearsal/cluster/control-plane.ts";
import { Stage } from "./stage.ts";

interface Digest {
    readonly changeSummary: Record<string, number>;
}

/** Resolves once nobody listens on the port. */
function bindable(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
        const server = createServer();
        server.once("error", reject);
        server.listen(port, "127.0.0.1", () =>
            server.close(() => {
                resolve();
            }),
        );
    });
}

const processes = (text: string): string[] =>
    readdirSync("/proc")
        .filter((entry) => /^\d+$/.test(entry))
        .map((pid) => {
            try {
                return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
            } catch {
                return ""; // Ended between the listing and the look.
            }
        })
        .filter((line) => line.includes(text));

// One story on one stage: each step begins where the one before it left the stack.
describe("a stack through its troubles", function () {
    let stage: Stage;

    before(() => {
        stage = new Stage();
    });

    after(async () => {
        await stage.close();
    });

    it("keeps what was made when up is killed half way", async () => {
        const running = stage.start("up");
        await running.says(/linkerd-crds creating: waiting/);
        running.process.kill("SIGKILL");
        const { signal } = await running.result;
        assert.equal(signal, "SIGKILL");
        const state = JSON.parse(readFileSync(join(stage.at.state, "dev.json"), "utf8")) as {
            deployment: { resources: unknown[]; pending_operations: unknown[] };
        };
        assert.ok(state.deployment.resources.length > 5);
        assert.ok(state.deployment.pending_operations.length > 0);
    });

    it("stays locked, as under Pulumi, until somebody frees it or goes on from there", async () => {
        const { exitCode, output } = await stage.run("up");
        assert.equal(exitCode, 1, output);
        assert.match(output, /Stack dev is locked by .*, a run that was killed/);
    });

    it("says what to do when the API server goes away during up, and exits with an error", async () => {
        const running = stage.start("up", ["--resume"]);
        await running.says(/linkerd-control-plane creating: waiting/);
        const { pid } = (await runningProcesses(stage.at)).find(({ name }) => name === "kube-apiserver") ?? {};
        assert.ok(pid !== undefined);
        process.kill(pid, "SIGKILL");
        const { exitCode, output } = await running.result;
        assert.equal(exitCode, 1, output);
        assert.match(output, /cluster unreachable|stopped answering/);
        assert.match(output, /run again|again to go on/);
        assert.match(output, /linkerd-control-plane: error/);
    });

    it("goes on from there and completes", async () => {
        const { exitCode, output } = await stage.run("up");
        assert.equal(exitCode, 0, output);
        const { stdout } = await stage.run("preview", ["--json"]);
        assert.deepEqual(Object.keys((JSON.parse(stdout) as Digest).changeSummary), ["same"]);
    });

    it("finds in a refresh what somebody else has changed, and nothing else", async () => {
        const { stdout, output } = await stage.run("refresh", ["--json", "--expect-no-changes"]);
        assert.deepEqual(Object.keys((JSON.parse(stdout) as Digest).changeSummary), ["same"], output);

        const removed = await stage.kubectl("-n", "airflow", "delete", "cronjob", "airflow-cleanup");
        assert.equal(removed.exitCode, 0, removed.output);
        // Taken away and not overwritten: what another manager has written, an apply leaves to it, with a conflict.
        await stage.kubectl("label", "namespace", "linkerd-viz", "linkerd.io/extension-");
        const found = await stage.run("refresh", ["--preview-only", "--expect-no-changes"]);
        assert.equal(found.exitCode, 1, found.output);
        assert.match(found.output, /- kubernetes:batch\/v1:CronJob airflow-pod-cleanup-schedule is gone/);
        assert.match(
            found.output,
            /~ kubernetes:core\/v1:Namespace mesh-namespaces-viz has changed since \[metadata\]/,
        );

        const mended = await stage.run("up", ["--refresh"]);
        assert.equal(mended.exitCode, 0, mended.output);
        assert.equal((await stage.run("refresh", ["--expect-no-changes"])).exitCode, 0);
    });

    it("keeps data and state over a stop", async () => {
        assert.equal((await stage.run("stop")).exitCode, 0);
        const { exitCode, stdout, output } = await stage.run("up", ["--json"]);
        assert.equal(exitCode, 0, output);
        assert.deepEqual(Object.keys((JSON.parse(stdout) as Digest).changeSummary), ["same"]);
    });

    it("goes away whole: no object, process, port or file outside its folder", async () => {
        const config = new KubeConfig();
        config.loadFromFile(stage.at.kubeconfig);
        const port = Number(new URL(config.getCurrentCluster()?.server ?? "").port);

        const { exitCode, output } = await stage.run("down");
        assert.equal(exitCode, 0, output);
        assert.match(output, /ended \d+ processes/);
        assert.deepEqual(await runningProcesses(stage.at), []);
        assert.deepEqual(processes(stage.at.root), []);
        await bindable(port);
        assert.deepEqual(readdirSync(stage.temporary), []);
    });

    it("says that nothing runs when it is taken down a second time", async () => {
        const { exitCode, output } = await stage.run("down");
        assert.equal(exitCode, 0, output);
        assert.match(output, /nothing was running/);
    });
});
