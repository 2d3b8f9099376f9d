import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { KubeConfig, KubernetesObjectApi } from "@kubernetes/client-node";

import { startControlPlane, stopControlPlane } from "../../rehearsal/cluster/control-plane.ts";
import { Containers } from "../../rehearsal/containers.ts";
import { kubernetesProvider } from "../../rehearsal/providers/kubernetes/provider.ts";
import { type PlainMap } from "../../rehearsal/engine/values/property.ts";
import {
    type Operation,
    PartialFailure,
    type Provider,
    type ProviderState,
} from "../../rehearsal/engine/plugins/provider.ts";
import { checkout, place } from "../../rehearsal/place.ts";
import { address, operation, temporaryHost } from "../rehearsal/providers/operation.ts";

const at = address("kubernetes:helm.sh/v3:Release", "app");
const password = "correct-horse-battery-staple";

/** A chart small enough to read here: a ConfigMap, and on demand a Deployment that fits no node. */
const chart: Readonly<Record<string, string>> = {
    "Chart.yaml": "apiVersion: v2\nname: tiny\nversion: 1.2.3\nappVersion: 4.5.6\n",
    "values.yaml": "message: hello\ndeployment: false\n",
    "values.schema.json": JSON.stringify({
        additionalProperties: false,
        properties: {
            message: { type: "string", pattern: "^[a-z-]+$" },
            deployment: { type: "boolean" },
            fail: { type: "string" },
        },
    }),
    "templates/config.yaml": `apiVersion: v1
kind: ConfigMap
metadata: { name: {{ .Release.Name }}-config }
data: { message: {{ .Values.message | quote }} }
{{ with .Values.fail }}{{ fail . }}{{ end }}`,
    "templates/deployment.yaml": `{{ if .Values.deployment }}
apiVersion: apps/v1
kind: Deployment
metadata: { name: {{ .Release.Name }} }
spec:
  selector: { matchLabels: { app: tiny } }
  template:
    metadata: { labels: { app: tiny } }
    spec: { nodeSelector: { example.org/nowhere: "yes" }, containers: [{ name: app, image: registry.example.org/app:1 }] }
{{ end }}`,
};

describe("helm release on a control plane", function () {
    this.timeout(900_000);

    const cluster = place(mkdtempSync(join(tmpdir(), "airflow-linkerd-helm-")));
    const host = temporaryHost(cluster.bin);
    let provider: Provider;
    let api: KubernetesObjectApi;

    const inputs = (name: string, values: PlainMap = {}, more: PlainMap = {}): PlainMap => ({
        ...{ name, namespace: "default", chart: "tiny", compat: "true", values, ...more },
    });
    const create = (given: PlainMap, overrides: Partial<Operation> = {}) =>
        provider.create(at, given, operation(overrides));
    const update = (made: ProviderState, given: PlainMap, overrides: Partial<Operation> = {}) =>
        provider.update(at, made.id, made.outputs, made.outputs, given, operation(overrides));
    const message = async (name: string) => {
        const read = await api.read({
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: `${name}-config`, namespace: "default" },
        });
        return (read as unknown as { data: { message: string } }).data.message;
    };
    const status = (outputs: PlainMap) => outputs.status as PlainMap;

    /** What a helm that was killed leaves: its record of the release says that it is still at work. */
    const interrupted = async (name: string, revision: number, as: string) => {
        const secret = {
            apiVersion: "v1",
            kind: "Secret",
            metadata: { name: `sh.helm.release.v1.${name}.v${revision}`, namespace: "default" },
        };
        const found = (await api.read(secret)) as unknown as {
            data: { release: string };
            metadata: { labels: Record<string, string> };
        };
        const { gunzipSync, gzipSync } = await import("node:zlib");
        const packed = Buffer.from(Buffer.from(found.data.release, "base64").toString(), "base64");
        const record = JSON.parse(gunzipSync(packed).toString()) as { info: { status: string } };
        record.info.status = as;
        const repacked = Buffer.from(gzipSync(JSON.stringify(record)).toString("base64")).toString("base64");
        const labels = { ...found.metadata.labels, status: as };
        await api.patch({ ...secret, metadata: { ...secret.metadata, labels }, data: { release: repacked } } as never);
    };

    before(async () => {
        await startControlPlane(cluster, () => undefined, Containers.simulated);
        const contents = readFileSync(cluster.kubeconfig, "utf8");
        provider = kubernetesProvider({ kubeconfig: contents }, host);
        const config = new KubeConfig();
        config.loadFromString(contents);
        api = KubernetesObjectApi.makeApiClient(config);
        mkdirSync(join(host.projectFolder, "tiny", "templates"), { recursive: true });
        Object.entries(chart).forEach(([file, content]) =>
            writeFileSync(join(host.projectFolder, "tiny", file), content),
        );
    });

    after(async () => {
        await stopControlPlane(cluster, () => undefined);
        rmSync(cluster.root, { recursive: true, force: true });
        host.remove();
    });

    it("installs, upgrades, reads back and uninstalls", async () => {
        const made = await create(inputs("whole", { message: "one" }));
        assert.equal(made.id, "default/whole");
        assert.deepEqual(status(made.outputs), {
            ...{ name: "whole", namespace: "default", revision: 1, status: "deployed" },
            ...{ chart: "tiny", version: "1.2.3", appVersion: "4.5.6" },
        });
        assert.deepEqual(made.outputs.resourceNames, { "ConfigMap/v1": ["default/whole-config"] });
        assert.equal(made.outputs.version, "1.2.3");
        assert.equal(await message("whole"), "one");

        assert.equal(status(await update(made, inputs("whole", { message: "two" }))).revision, 2);
        assert.equal(await message("whole"), "two");
        assert.equal(
            status((await provider.read(at, made.id, inputs("whole"), undefined, operation()))?.outputs ?? {}).revision,
            2,
        );

        await provider.delete(at, made.id, inputs("whole"), made.outputs, operation());
        await assert.rejects(message("whole"), { code: 404 });
        assert.equal(await provider.read(at, made.id, inputs("whole"), undefined, operation()), undefined);
        await provider.delete(at, made.id, inputs("whole"), made.outputs, operation());
    });

    it("makes the namespace when asked to", async () => {
        const made = await create(inputs("apart", {}, { namespace: "apart", createNamespace: true }));
        assert.deepEqual(made.outputs.resourceNames, { "ConfigMap/v1": ["apart/apart-config"] });
    });

    it("refuses a release that is not its own", async () => {
        await create(inputs("theirs"));
        await assert.rejects(
            create(inputs("theirs")),
            /release theirs already exists in namespace default \(deployed\).*helm uninstall/,
        );
    });

    it("shows helm's own refusal of values, and leaves no release behind", async () => {
        await assert.rejects(create(inputs("refused", { mesage: "typo" })), (error: unknown) => {
            assert.ok(!(error instanceof PartialFailure));
            assert.match((error as Error).message, /mesage/);
            return true;
        });
        await assert.rejects(
            create(inputs("refused", { fail: "this chart wants a hostname" })),
            /this chart wants a hostname/,
        );
        assert.equal(await provider.read(at, "default/refused", inputs("refused"), undefined, operation()), undefined);
    });

    it("keeps a release whose pods did not get ready, names them, and goes on from it", async () => {
        const late = inputs("late", { deployment: true }, { timeout: 6 });
        const asked = operation();
        let state: ProviderState | undefined;
        await assert.rejects(provider.create(at, late, asked), (error: unknown) => {
            assert.ok(error instanceof PartialFailure, String(error));
            assert.match(error.message, /1 of 1 pods not ready: pod late-/);
            state = error.state;
            return true;
        });
        assert.match(asked.said.join("\n"), /1 of 1 pods not ready: pod late-/);
        assert.ok(state);
        assert.equal(status(state.outputs).status, "failed");
        const outputs = await update(state, inputs("late", { message: "later" }));
        assert.deepEqual([status(outputs).status, await message("late")], ["deployed", "later"]);
    });

    it("does not wait when told not to", async () => {
        const made = await create(inputs("hasty", { deployment: true }, { skipAwait: true }));
        assert.equal(status(made.outputs).status, "deployed");
    });

    it("installs anew what an interrupted install left", async () => {
        await create(inputs("killed"));
        await interrupted("killed", 1, "pending-install");
        const asked = operation({ resumed: true });
        const made = await provider.create(at, inputs("killed", { message: "again" }), asked);
        assert.deepEqual([status(made.outputs).status, await message("killed")], ["deployed", "again"]);
        assert.match(asked.said.join(), /removing what an interrupted run left \(pending-install\)/);
    });

    it("rolls back what an interrupted upgrade left, then upgrades", async () => {
        const made = await create(inputs("halfway", { message: "one" }));
        await update(made, inputs("halfway", { message: "two" }));
        await interrupted("halfway", 2, "pending-upgrade");
        const asked = operation();
        await provider.update(at, made.id, made.outputs, made.outputs, inputs("halfway", { message: "three" }), asked);
        assert.equal(await message("halfway"), "three");
        assert.match(asked.said.join(), /rolling back what an interrupted run left \(pending-upgrade\)/);
    });

    it("leaves a release that the next run goes on from when it is interrupted", async () => {
        const stop = new AbortController();
        const asked = operation({
            signal: stop.signal,
            progress: (text) => (text.includes("pod stopped-") ? stop.abort() : undefined),
        });
        let failure: unknown;
        await provider
            .create(at, inputs("stopped", { deployment: true }), asked)
            .catch((error: unknown) => (failure = error));
        assert.ok(failure instanceof PartialFailure, String(failure));
        assert.equal(status(await update(failure.state, inputs("stopped", { message: "on" }))).status, "deployed");
    });

    it("ends with the run that is killed, and the next run goes on", async () => {
        const given = inputs("orphan", { deployment: true }, { timeout: 300 });
        const script = join(host.projectFolder, "run.mjs");
        const provide = join(checkout, "rehearsal", "engine", "providers", "kubernetes", "provider.ts");
        // The engine empties a killed run's scratch folder when the next one starts; here nobody does.
        const scratchFolder = mkdtempSync(join(host.projectFolder, "killed-"));
        const killed = { ...host, scratchFolder };
        const argument = JSON.stringify({ at, given, host: killed, kubeconfig: cluster.kubeconfig });
        writeFileSync(
            script,
            `const { kubernetesProvider } = await import(${JSON.stringify(provide)});
             const { at, given, host, kubeconfig } = ${argument};
             const operation = { signal: new AbortController().signal, warn() {}, progress: (text) => console.log(text) };
             await kubernetesProvider({ kubeconfig }, host).create(at, given, operation);`,
        );
        const run = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
        for await (const said of run.stdout) {
            if (String(said).includes("pod orphan-")) {
                run.kill("SIGKILL");
            }
        }
        const made = await provider.create(at, inputs("orphan", { message: "on" }), operation({ resumed: true }));
        assert.equal(status(made.outputs).status, "deployed");
        const left = processes().filter((line) => line.includes("helm\0") && line.includes("orphan\0"));
        assert.deepEqual(left, []);
    });

    it("leaves no values and no kubeconfig on the disk, and none in helm's arguments", async () => {
        let seen = "";
        const asked = operation({
            progress: () => {
                seen = processes()
                    .filter((line) => line.includes("private\0"))
                    .join("\n");
            },
        });
        const given = inputs("private", { message: password, deployment: true }, { timeout: 4 });
        await assert.rejects(provider.create(at, given, asked), PartialFailure);
        assert.match(seen, /helm-[0-9a-f-]+\.yaml/);
        assert.ok(!seen.includes(password));
        await assert.rejects(create(inputs("private-too", { message: password, fail: "no" })), /no/);
        const left = readdirSync(host.scratchFolder, { recursive: true, withFileTypes: true }).filter((entry) =>
            entry.isFile(),
        );
        assert.deepEqual(
            left.map(({ name }) => name).filter((name) => /^helm-.*yaml$/.test(name)),
            [],
        );
        left.forEach((entry) => assert.ok(!read(join(entry.parentPath, entry.name)).includes(password), entry.name));
    });

    it("says the way out when the API server is away", async () => {
        const kubeconfig = readFileSync(cluster.kubeconfig, "utf8").replace(
            /server: .*/g,
            "server: https://127.0.0.1:1",
        );
        const away = kubernetesProvider({ kubeconfig }, host).create(at, inputs("away"), operation());
        await assert.rejects(away, /cluster unreachable.*: see that the cluster runs, then run again to go on$/s);
    });

    it("replaces a release whose name or namespace changes, and updates it otherwise", async () => {
        const paths = async (path: string) => {
            const request = { ...at, id: "default/app", oldInputs: {}, oldOutputs: {}, newInputs: {} };
            return (await provider.diff({ ...request, changes: [{ path, kind: "update" }] })).replacePaths;
        };
        assert.deepEqual(await paths("namespace"), ["namespace"]);
        assert.deepEqual(await paths("name"), ["name"]);
        assert.deepEqual(await paths("values.message"), []);
    });
});

/** The arguments of every process on the machine. */
const processes = (): string[] =>
    readdirSync("/proc")
        .filter((entry) => /^\d+$/.test(entry))
        .map((entry) => read(`/proc/${entry}/cmdline`));

function read(file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        // A process that ended while its siblings were being listed.
        if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) {
            return "";
        }
        throw error;
    }
}
