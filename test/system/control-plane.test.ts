import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { get, type RequestOptions } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { runningProcesses, startControlPlane, stopControlPlane } from "../../rehearsal/cluster/control-plane.ts";
import { API_PORT_VARIABLE, isFree, type Ports } from "../../rehearsal/cluster/ports.ts";
import { Containers } from "../../rehearsal/containers.ts";
import { identify, isAlive } from "../../rehearsal/machine/process-identity.ts";
import { type Place, place } from "../../rehearsal/place.ts";

const NAMES = [
    "cert-manager",
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "node",
    "trust-manager",
];

describe("the control plane", () => {
    let at: Place;
    let lines: string[];
    const progress = (line: string) => {
        lines.push(line);
    };
    const byName = () => new Map(runningProcesses(at).map((record) => [record.name, record.pid]));
    const ports = () => JSON.parse(readFileSync(join(at.cluster, "ports.json"), "utf8")) as Ports;

    async function kubectl(...args: string[]): Promise<string> {
        const call = promisify(execFile)(join(at.bin, "kubectl"), ["--kubeconfig", at.kubeconfig, ...args]);
        return (await call).stdout;
    }

    before(async () => {
        at = place(mkdtempSync(join(tmpdir(), "airflow-linkerd-control-plane-")));
        lines = [];
        await startControlPlane(at, progress, Containers.simulated);
    });

    beforeEach(() => {
        lines = [];
    });

    after(async () => {
        await stopControlPlane(at, progress);
        rmSync(at.root, { recursive: true });
    });

    it("runs each of its programs once", () => {
        assert.deepEqual([...runningProcesses(at).map((record) => record.name)].sort(), NAMES);
    });

    it("answers kubectl under the pinned version", async () => {
        const version = JSON.parse(await kubectl("version", "--output=json")) as Record<string, { gitVersion: string }>;
        assert.equal(version.serverVersion?.gitVersion, "v1.37.2");
        assert.equal(version.clientVersion?.gitVersion, "v1.37.2");
    });

    /** The status that a caller with these credentials gets. */
    function statusOf(port: number, path: string, options: RequestOptions): Promise<number | undefined> {
        return new Promise((resolve, reject) => {
            get({ host: "127.0.0.1", port, path, agent: false, ...options }, (answer) => {
                answer.resume();
                resolve(answer.statusCode);
            }).once("error", reject);
        });
    }

    it("lets nobody in without a certificate", async () => {
        const ca = readFileSync(join(at.cluster, "certificates", "kubernetes-ca.crt"));
        assert.equal(await statusOf(ports().api, "/api/v1/namespaces", { ca }), 401);
    });

    it("lets no client of the API server past it to etcd", async () => {
        const file = (name: string) => readFileSync(join(at.cluster, "certificates", name));
        const ca = file("etcd-ca.crt");
        const etcd = { ca, cert: file("etcd-client.crt"), key: file("etcd-client.key") };
        const administrator = { ca, cert: file("admin.crt"), key: file("admin.key") };
        assert.equal(await statusOf(ports().etcd, "/version", etcd), 200);
        await assert.rejects(statusOf(ports().etcd, "/version", administrator), /alert|hang up|ECONNRESET/);
    });

    it("gives the nodes no more than they need", async () => {
        const may = (verb: string, ...what: string[]) =>
            kubectl("auth", "can-i", verb, ...what, "--as=rehearsal-node", "--as-group=rehearsal:nodes", "-A").then(
                (answer) => answer.trim(),
                (error: unknown) => (error as { stdout: string }).stdout.trim(),
            );
        assert.equal(await may("patch", "pods", "--subresource=status"), "yes");
        assert.equal(await may("create", "pods"), "no");
        assert.equal(await may("patch", "secrets"), "no");
        assert.equal(await may("patch", "configmaps"), "no");
    });

    it("keeps everything private to its user", () => {
        for (const folder of [at.root, at.cluster, join(at.cluster, "certificates"), join(at.cluster, "logs")]) {
            assert.equal(statSync(folder).mode & 0o777, 0o700, folder);
        }
        const files = readdirSync(at.root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
        const open = files
            .map((entry) => join(entry.parentPath, entry.name))
            .filter((file) => (statSync(file).mode & 0o077) !== 0);
        assert.deepEqual(open, []);
    });

    it("links kubectl and helm", () => {
        assert.equal(readlinkSync(join(at.bin, "kubectl")), readlinkSync(join(at.bin, "helm")));
    });

    it("logs who changed what, and no contents", async () => {
        await kubectl("create", "secret", "generic", "audited", "--from-literal=key=written-in-confidence");
        const log = readFileSync(join(at.cluster, "logs", "audit.log"), "utf8");
        assert.match(log, /"verb":"create","user":\{"username":"rehearsal-admin".*"name":"audited"/);
        assert.doesNotMatch(log, /written-in-confidence|d3JpdHRlbi1pbi1jb25maWRlbmNl/);
    });

    it("is left as it is by a second start", async () => {
        const before = { processes: byName(), kubeconfig: readFileSync(at.kubeconfig, "utf8"), ports: ports() };
        await startControlPlane(at, progress, Containers.simulated);
        assert.deepEqual(
            { processes: byName(), kubeconfig: readFileSync(at.kubeconfig, "utf8"), ports: ports() },
            before,
        );
        assert.deepEqual(lines, ["control plane: runs already"]);
    });

    it("has only what died started again", async () => {
        const before = byName();
        const scheduler = identify(before.get("kube-scheduler") ?? 0);
        assert.ok(scheduler);
        process.kill(scheduler.pid, "SIGKILL");
        while (isAlive(scheduler)) {
            await new Promise((resolve) => setImmediate(resolve));
        }
        await startControlPlane(at, progress, Containers.simulated);
        const after = byName();
        assert.notEqual(after.get("kube-scheduler"), before.get("kube-scheduler"));
        assert.deepEqual(
            [...after].filter(([name]) => name !== "kube-scheduler").sort(),
            [...before].filter(([name]) => name !== "kube-scheduler").sort(),
        );
    });

    it("refuses an occupied port that was asked for, and goes on as it was", async () => {
        const before = byName();
        const other = createServer();
        await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
        const port = String((other.address() as { port: number }).port);
        process.env[API_PORT_VARIABLE] = port;
        try {
            await assert.rejects(
                startControlPlane(at, progress, Containers.simulated),
                new RegExp(`${API_PORT_VARIABLE} is ${port}, but another process listens on 127.0.0.1:${port}`),
            );
        } finally {
            // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
            delete process.env[API_PORT_VARIABLE];
            other.close();
        }
        assert.deepEqual(byName(), before);
    });

    it("runs beside another one", async () => {
        const other = place(mkdtempSync(join(tmpdir(), "airflow-linkerd-control-plane-")));
        try {
            const before = byName();
            await startControlPlane(other, progress, Containers.simulated);
            assert.deepEqual(byName(), before);
            assert.equal(runningProcesses(other).length, NAMES.length);
            assert.deepEqual(await stopControlPlane(other, progress), { stopped: NAMES.length });
            assert.deepEqual(byName(), before);
        } finally {
            await stopControlPlane(other, progress);
            rmSync(other.root, { recursive: true });
        }
    });

    it("keeps what it holds over a crash of everything, torn files and a new start", async () => {
        await kubectl("create", "configmap", "kept", "--from-literal=key=value");
        for (const { pid } of runningProcesses(at)) {
            process.kill(pid, "SIGKILL");
        }
        writeFileSync(join(at.cluster, "processes.json"), "{");
        writeFileSync(join(at.cluster, "certificates", "kube-apiserver.key"), "-----BEGIN PRIV");
        writeFileSync(at.kubeconfig, "apiVersion: v");

        await startControlPlane(at, progress, Containers.simulated);
        assert.equal(await kubectl("get", "configmap", "kept", "--output=jsonpath={.data.key}"), "value");
    });

    it("says why a program ended at its start", async () => {
        const member = join(at.cluster, "etcd", "member");
        await stopControlPlane(at, progress);
        writeFileSync(join(member, "snap", "db"), "not a database");
        await assert.rejects(
            startControlPlane(at, progress, Containers.simulated),
            /etcd ended while the control plane started[\s\S]*etcd\.log:\n.*/,
        );
        rmSync(member, { recursive: true });
        await startControlPlane(at, progress, Containers.simulated);
        assert.equal(byName().size, NAMES.length);
    });

    it("leaves no process and no port behind when it is ended, and nothing to end the second time", async () => {
        const before = runningProcesses(at);
        assert.deepEqual(await stopControlPlane(at, progress), { stopped: NAMES.length });
        assert.deepEqual(before.filter(isAlive), []);
        for (const port of Object.values(ports()) as number[]) {
            assert.equal(await isFree(port), true, String(port));
        }
        assert.deepEqual(await stopControlPlane(at, progress), { stopped: 0 });
    });
});
