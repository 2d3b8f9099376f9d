import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";

import { type V1Pod } from "@kubernetes/client-node";

import { runningProcesses, startControlPlane, stopControlPlane } from "../../rehearsal/cluster/control-plane.ts";
import { Containers } from "../../rehearsal/containers.ts";
import { place } from "../../rehearsal/place.ts";

const silent = (): void => undefined;
const namespace = "nodes-at-work";
const sidecar = { name: "proxy", image: "example/proxy:1", restartPolicy: "Always" };

describe("the rehearsal's nodes on a real control plane", function () {
    // The first run on a machine builds the control plane.
    this.timeout(1_800_000);

    const at = place(mkdtempSync(join(tmpdir(), "airflow-linkerd-node-")));

    async function kubectl(args: string, input?: object): Promise<string> {
        const words = args.split(" ");
        const child = spawn(join(at.bin, "kubectl"), ["--kubeconfig", at.kubeconfig, "-n", namespace, ...words]);
        child.stdin.end(input === undefined ? "" : JSON.stringify(input));
        const [stdout, stderr, code] = await Promise.all([
            text(child.stdout),
            text(child.stderr),
            new Promise((resolve) => child.once("close", resolve)),
        ]);
        assert.equal(code, 0, `kubectl ${args}: ${stderr}`);
        return stdout;
    }

    const apply = (object: object): Promise<string> => kubectl("apply -f -", object);
    const wait = (target: string, condition: string): Promise<string> =>
        kubectl(`wait ${target} --for=${condition} --timeout=90s`);
    const pods = async (app: string): Promise<V1Pod[]> => {
        const list = JSON.parse(await kubectl(`get pods -l app=${app} -o json`)) as { items: V1Pod[] };
        return list.items;
    };
    async function killAndRestart(name: string): Promise<void> {
        const found = runningProcesses(at).find((one) => one.name === name);
        assert.ok(found, `${name} does not run`);
        process.kill(found.pid, "SIGKILL");
        // Until its last thread has gone, a dying process holds its port.
        while (existsSync(`/proc/${found.pid}`)) {
            await delay(20);
        }
        await startControlPlane(at, silent, Containers.simulated);
    }
    const template = (app: string, spec: object): object => ({
        metadata: { labels: { app } },
        spec: { containers: [{ name: "main", image: "example/main:1" }], ...spec },
    });
    const deployment = (app: string, replicas: number, spec: object): object => ({
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: app },
        spec: { replicas, selector: { matchLabels: { app } }, template: template(app, spec) },
    });

    before(async () => {
        await startControlPlane(at, silent, Containers.simulated);
        await kubectl(`create namespace ${namespace}`);
    });

    after(async () => {
        await stopControlPlane(at, silent);
        rmSync(at.root, { recursive: true });
    });

    it("are ready, in three zones", async () => {
        for (const node of ["node/rehearsal-a", "node/rehearsal-b", "node/rehearsal-c"]) {
            await wait(node, "create");
            await wait(node, "condition=Ready");
        }
        const zones = await kubectl(
            "get nodes -o jsonpath={.items[*].metadata.labels.topology\\.kubernetes\\.io/zone}",
        );
        assert.deepEqual(zones.split(" ").sort(), ["a", "b", "c"]);
    });

    it("make a Deployment available, each pod with an address of its own", async () => {
        await apply(deployment("web", 12, { initContainers: [{ name: "init", image: "example/init:1" }, sidecar] }));
        await wait("deployment/web", "condition=Available");
        await kubectl("rollout status deployment/web --timeout=90s");
        const addresses = (await pods("web")).map((pod) => pod.status?.podIP);
        assert.equal(addresses.length, 12);
        assert.equal(new Set(addresses).size, 12);
    });

    it("complete a Job whose pod has a native sidecar", async () => {
        await apply({
            apiVersion: "batch/v1",
            kind: "Job",
            metadata: { name: "migrate" },
            spec: { template: template("migrate", { restartPolicy: "Never", initContainers: [sidecar] }) },
        });
        await wait("job/migrate", "condition=Complete");
        const [pod] = await pods("migrate");
        assert.equal(pod?.status?.phase, "Succeeded");
        assert.ok(pod.status.initContainerStatuses?.[0]?.state?.terminated, "the sidecar was stopped");
    });

    it("make a StatefulSet with a claim ready, and delete its volume with the claim", async () => {
        await apply({
            apiVersion: "apps/v1",
            kind: "StatefulSet",
            metadata: { name: "database" },
            spec: {
                serviceName: "database",
                selector: { matchLabels: { app: "database" } },
                template: template("database", {}),
                volumeClaimTemplates: [
                    {
                        metadata: { name: "data" },
                        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "8Gi" } } },
                    },
                ],
            },
        });
        await kubectl("rollout status statefulset/database --timeout=90s");
        const volume = await kubectl("get pvc data-database-0 -o jsonpath={.spec.volumeName}");
        assert.equal(await kubectl(`get pv ${volume} -o jsonpath={.spec.capacity.storage}`), "8Gi");
        await kubectl("delete statefulset database");
        await kubectl("delete pvc data-database-0");
        await wait(`pv/${volume}`, "delete");
    });

    it("let a deleted pod go", async () => {
        await kubectl("run lonely --image=example/main:1");
        await wait("pod/lonely", "condition=Ready");
        await kubectl("delete pod lonely --timeout=20s");
        assert.equal(await kubectl("get pods -o name --field-selector metadata.name=lonely"), "");
    });

    it("hold a pod whose Secret is missing, say so, and start it once the Secret is there", async () => {
        const volumes = [{ name: "tls", secret: { secretName: "leaf" } }];
        await apply(deployment("patient", 1, { volumes }));
        await wait(
            "pods -l app=patient",
            "jsonpath={.status.containerStatuses[0].state.waiting.reason}=ContainerCreating",
        );
        const [held] = await pods("patient");
        const [container] = held?.status?.containerStatuses ?? [];
        assert.match(container?.state?.waiting?.message ?? "", /volume "tls": secret "leaf" not found/);
        await kubectl("create secret generic leaf --from-literal=tls.crt=certificate");
        await wait("deployment/patient", "condition=Available");
    });

    it("keep their pods over a killed and restarted node process", async () => {
        const running = async (): Promise<unknown[]> =>
            (await pods("web")).map(({ metadata, status }) => [
                metadata?.uid,
                status?.podIP,
                status?.containerStatuses?.map((one) => [one.containerID, one.restartCount]),
            ]);
        const before = await running();
        await killAndRestart("node");
        // A pod that starts now proves that the new process is at work.
        await kubectl("run after-restart --image=example/main:1");
        await wait("pod/after-restart", "condition=Ready");
        assert.deepEqual(await running(), before);
        const [fresh] = JSON.parse(
            await kubectl("get pods -o json --field-selector metadata.name=after-restart"),
        ).items;
        assert.ok(!before.flat().includes(fresh.status.podIP), "no address is given twice");
    });

    it("go on when the API server was killed and comes back", async () => {
        await killAndRestart("kube-apiserver");
        await kubectl("run after-outage --image=example/main:1");
        await wait("pod/after-outage", "condition=Ready");
        await kubectl("delete pod after-outage --timeout=20s");
    });

    it("keep the injector's fingerprint of the trust bundle current", async () => {
        const bundle = (content: string): object => ({
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "linkerd-identity-trust-roots", namespace: "linkerd" },
            data: { "ca-bundle.crt": content },
        });
        await kubectl("create namespace linkerd");
        for (const content of ["first\n", "first\nsecond\n"]) {
            await kubectl("apply -n linkerd -f -", bundle(content));
            const expected = createHash("sha256").update(content).digest("hex");
            await kubectl("wait -n linkerd configmap/linkerd-injector-bundle --for=create --timeout=20s");
            await kubectl(
                `wait -n linkerd configmap/linkerd-injector-bundle --for=jsonpath={.data.trustRootSha256}=${expected} --timeout=20s`,
            );
        }
    });
});
