import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { KubeConfig, KubernetesObjectApi, PatchStrategy } from "@kubernetes/client-node";
import { parse, stringify } from "yaml";

import { startControlPlane, stopControlPlane } from "../../rehearsal/cluster/control-plane.ts";
import { Containers } from "../../rehearsal/containers.ts";
import { type ApiObject } from "../../rehearsal/providers/kubernetes/api.ts";
import { kubernetesProvider } from "../../rehearsal/providers/kubernetes/provider.ts";
import { type PlainMap, UNKNOWN } from "../../rehearsal/engine/values/property.ts";
import {
    type Deletion,
    type Operation,
    PartialFailure,
    type Provider,
    type ProviderState,
} from "../../rehearsal/engine/plugins/provider.ts";
import { place } from "../../rehearsal/place.ts";
import { address, operation, temporaryHost } from "../rehearsal/providers/operation.ts";

const types: Readonly<Record<string, string>> = {
    ConfigMap: "kubernetes:core/v1:ConfigMap",
    CustomResourceDefinition: "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
    Deployment: "kubernetes:apps/v1:Deployment",
    Job: "kubernetes:batch/v1:Job",
    Namespace: "kubernetes:core/v1:Namespace",
    Secret: "kubernetes:core/v1:Secret",
    Widget: "kubernetes:example.org/v1:Widget",
};

const configMap = (name: string, data: PlainMap = { a: "1" }, metadata: PlainMap = {}): PlainMap => ({
    ...{ apiVersion: "v1", kind: "ConfigMap" },
    metadata: { name, ...metadata },
    data,
});
const widget = (name: string, annotations: PlainMap, metadata: PlainMap = {}): PlainMap => ({
    ...{ apiVersion: "example.org/v1", kind: "Widget" },
    metadata: { name, annotations, ...metadata },
    spec: { size: 1 },
});
const at = (inputs: PlainMap) => address(types[String(inputs.kind)] ?? "", String((inputs.metadata as PlainMap).name));

describe("kubernetes provider on a control plane", function () {
    this.timeout(900_000);

    const cluster = place(mkdtempSync(join(tmpdir(), "airflow-linkerd-kubernetes-")));
    const host = temporaryHost(cluster.bin);
    let provider: Provider;
    let api: KubernetesObjectApi;

    const create = (inputs: PlainMap, overrides: Partial<Operation> = {}) =>
        provider.create(at(inputs), inputs, operation(overrides));
    const update = (made: ProviderState, inputs: PlainMap, overrides: Partial<Operation> = {}) =>
        provider.update(at(inputs), made.id, made.outputs, made.outputs, inputs, operation(overrides));
    const remove = (made: ProviderState, overrides: Partial<Deletion> = {}) =>
        provider.delete(at(made.outputs), made.id, made.outputs, made.outputs, operation(overrides));
    const live = async (inputs: PlainMap) =>
        (await api.read({
            apiVersion: String(inputs.apiVersion),
            kind: String(inputs.kind),
            metadata: metadataOf(inputs),
        })) as ApiObject;
    const metadataOf = (inputs: PlainMap) => {
        const { name, namespace = "default" } = inputs.metadata as PlainMap;
        return { name: String(name), namespace: String(namespace) };
    };
    const patchStatus = async (inputs: PlainMap, status: object) => {
        const path = `/apis/example.org/v1/namespaces/default/widgets/${metadataOf(inputs).name}/status`;
        const { KubernetesApi } = await import("../../rehearsal/providers/kubernetes/api.ts");
        const raw = new KubernetesApi(kubeconfig());
        await raw.request("PATCH" as never, path, { body: { status }, contentType: "application/merge-patch+json" });
    };
    const kubeconfig = (): KubeConfig => {
        const config = new KubeConfig();
        config.loadFromFile(cluster.kubeconfig);
        return config;
    };

    before(async () => {
        await startControlPlane(cluster, () => undefined, Containers.simulated);
        provider = kubernetesProvider({ kubeconfig: cluster.kubeconfig }, host);
        api = KubernetesObjectApi.makeApiClient(kubeconfig());
        await create({
            ...{ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
            metadata: { name: "widgets.example.org" },
            spec: {
                ...{
                    group: "example.org",
                    scope: "Namespaced",
                    names: { plural: "widgets", singular: "widget", kind: "Widget" },
                },
                versions: [
                    {
                        ...{ name: "v1", served: true, storage: true, subresources: { status: {} } },
                        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
                    },
                ],
            },
        });
    });

    after(async () => {
        await stopControlPlane(cluster, () => undefined);
        rmSync(cluster.root, { recursive: true, force: true });
        host.remove();
    });

    it("creates, updates by taking away what is no longer asked for, and deletes", async () => {
        const made = await create(configMap("plain", { a: "1", b: "2" }));
        assert.equal(made.id, "default/plain");
        assert.match(String((made.outputs.metadata as PlainMap).uid), /^[0-9a-f-]{36}$/);
        assert.equal("managedFields" in (made.outputs.metadata as PlainMap), false);
        const outputs = await update(made, configMap("plain", { b: "3" }));
        assert.deepEqual(outputs.data, { b: "3" });
        await remove(made);
        await assert.rejects(live(configMap("plain")), { code: 404 });
        await remove(made);
    });

    it("keeps fields of a definition that the client library does not know", async () => {
        const { spec } = await live({
            apiVersion: "apiextensions.k8s.io/v1",
            kind: "CustomResourceDefinition",
            metadata: { name: "widgets.example.org" },
        });
        assert.match(JSON.stringify(spec), /"x-?_?kubernetes.?preserve/);
    });

    it("refuses what already exists, also in a preview, and says the way out", async () => {
        await api.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "theirs", namespace: "default" } });
        for (const preview of [true, false]) {
            await assert.rejects(
                create(configMap("theirs"), { preview }),
                /ConfigMap theirs already exists in namespace default .* delete it, choose another name, or .*patchForce/,
            );
        }
        const forced = configMap("theirs", { a: "1" }, { annotations: { "pulumi.com/patchForce": "true" } });
        assert.equal((await create(forced)).id, "default/theirs");
    });

    it("takes over what an interrupted run of its own may have made", async () => {
        await api.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "resumed", namespace: "default" } });
        assert.deepEqual((await create(configMap("resumed"), { resumed: true })).outputs.data, { a: "1" });
        await create(configMap("unrecorded"));
        assert.equal((await create(configMap("unrecorded"))).id, "default/unrecorded");
    });

    it("names the manager that it conflicts with", async () => {
        const made = await create(configMap("shared"));
        const other = {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "shared", namespace: "default" },
            data: { a: "theirs" },
        };
        await api.patch(other, undefined, undefined, "their-controller", true, PatchStrategy.ServerSideApply);
        await assert.rejects(
            update(made, configMap("shared", { a: "2" })),
            /conflict with "their-controller".*patchForce/s,
        );
    });

    it("previews with a dry run that changes nothing, and leaves what it makes up unknown", async () => {
        const { outputs } = await create(configMap("dry"), { preview: true });
        assert.equal((outputs.metadata as PlainMap).namespace, "default");
        assert.equal((outputs.metadata as PlainMap).uid, UNKNOWN);
        await assert.rejects(live(configMap("dry")), { code: 404 });
        await assert.rejects(create(configMap("dry", { a: { b: 1 } }), { preview: true }), /data/);
    });

    it("previews from the inputs when the kind, the namespace or a value is not there yet", async () => {
        const later = { apiVersion: "later.example.org/v1", kind: "Later", metadata: { name: "it" } };
        assert.deepEqual((await create(later, { preview: true })).outputs, later);
        const away = configMap("it", {}, { namespace: "not-yet" });
        assert.deepEqual((await create(away, { preview: true })).outputs, away);
        const unknown = configMap("it", { a: UNKNOWN });
        assert.deepEqual((await create(unknown, { preview: true })).outputs, unknown);
    });

    it("says which kind the cluster does not know", async () => {
        const later = { apiVersion: "later.example.org/v1", kind: "Later", metadata: { name: "it" } };
        await assert.rejects(
            create(later),
            /knows no kind Later in later\.example\.org\/v1: make its CustomResourceDefinition/,
        );
    });

    it("sends a Secret's text so that a key taken out is gone", async () => {
        const secret = (stringData: PlainMap): PlainMap => ({
            apiVersion: "v1",
            kind: "Secret",
            metadata: { name: "text" },
            stringData,
        });
        const made = await create(secret({ a: "one", b: "two" }));
        assert.deepEqual((await update(made, secret({ a: "three" }))).data, {
            a: Buffer.from("three").toString("base64"),
        });
    });

    it("waits for the condition that waitFor asks for", async () => {
        const inputs = widget("waited", { "pulumi.com/waitFor": "condition=Ready" });
        const asked = operation({
            progress: (message) => {
                assert.match(message, /condition Ready=True, not set yet/);
                void patchStatus(inputs, { conditions: [{ type: "Ready", status: "True" }] });
            },
        });
        const { outputs } = await provider.create(at(inputs), inputs, asked);
        assert.deepEqual(outputs.status, { conditions: [{ type: "Ready", status: "True" }] });
    });

    it("does not wait for custom resources on its own, nor where skipAwait says so", async () => {
        await create(widget("unwaited", {}));
        await create(widget("skipped", { "pulumi.com/waitFor": "condition=Never", "pulumi.com/skipAwait": "true" }));
    });

    it("keeps the state of what did not get ready, and shows what it says of itself", async () => {
        const inputs = widget("late", {
            "pulumi.com/waitFor": '["jsonpath={.status.phase}=Done"]',
            "pulumi.com/timeoutSeconds": "2",
        });
        const asked = operation({
            progress: () =>
                void patchStatus(inputs, {
                    conditions: [{ type: "Issuing", status: "False", reason: "Denied", message: "no issuer" }],
                }),
        });
        await assert.rejects(provider.create(at(inputs), inputs, asked), (error: unknown) => {
            assert.ok(error instanceof PartialFailure);
            assert.equal(error.state.id, "default/late");
            assert.match(
                error.message,
                /waited 2 s for it: jsonpath=.*Done, now unset\n {2}condition Issuing=False Denied no issuer/,
            );
            return true;
        });
    });

    it("waits until a Deployment is available and a Job complete, and updates what is there", async () => {
        const container = { name: "app", image: "registry.example.org/app:1" };
        const template = { metadata: { labels: { app: "it" } }, spec: { containers: [container] } };
        const deployment = (replicas: number): PlainMap => ({
            ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "it" } },
            spec: { replicas, selector: { matchLabels: { app: "it" } }, template },
        });
        const made = await create(deployment(1));
        assert.equal((made.outputs.status as PlainMap).availableReplicas, 1);
        assert.equal(((await update(made, deployment(2))).status as PlainMap).availableReplicas, 2);
        const job = {
            ...{ apiVersion: "batch/v1", kind: "Job", metadata: { name: "once" } },
            spec: { template: { spec: { restartPolicy: "Never", containers: [container] } } },
        };
        assert.equal(((await create(job)).outputs.status as PlainMap).succeeded, 1);
        await remove(made);
        await assert.rejects(live(deployment(2)), { code: 404 });
    });

    it("makes a Job anew that has not ended well, where that is asked for", async () => {
        const job = (name: string, annotations: Record<string, string>): PlainMap => ({
            ...{ apiVersion: "batch/v1", kind: "Job", metadata: { name, annotations } },
            spec: {
                activeDeadlineSeconds: 1,
                template: { spec: { restartPolicy: "Never", schedulerName: "nobody", containers: [container] } },
            },
        });
        const container = { name: "app", image: "registry.example.org/app:1" };
        const ask = async (inputs: PlainMap) =>
            provider.diff({
                ...at(inputs),
                id: `default/${String((inputs.metadata as PlainMap).name)}`,
                ...{ oldInputs: inputs, oldOutputs: inputs, newInputs: inputs, changes: [] },
            });
        const asked = job("lost-and-asked", { "pulumi.com/replaceUnready": "true" });
        const silent = job("lost", {});
        for (const inputs of [asked, silent]) {
            await assert.rejects(create(inputs), /the Job failed: DeadlineExceeded/);
        }
        assert.deepEqual(await ask(asked), {
            changes: [],
            replacePaths: ['metadata.annotations["pulumi.com/replaceUnready"]'],
            deleteBeforeReplace: true,
        });
        assert.deepEqual((await ask(silent)).replacePaths, []);
    });

    it("says why a Deployment's pods cannot be made", async () => {
        await create({
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name: "strict", labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
        });
        const container = { name: "app", image: "registry.example.org/app:1" };
        const deployment = {
            ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "root", namespace: "strict" } },
            spec: {
                selector: { matchLabels: { app: "root" } },
                template: { metadata: { labels: { app: "root" } }, spec: { containers: [container] } },
            },
        };
        await assert.rejects(
            create(deployment, { timeoutSeconds: 5 }),
            /0 of 1 replicas available.*pods cannot be made: FailedCreate: .*violates PodSecurity/,
        );
    });

    it("waits until a deletion is done, and names the finalizer that holds it", async () => {
        const made = await create(widget("held", {}, { finalizers: ["example.org/hold"] }));
        await assert.rejects(
            remove(made, { timeoutSeconds: 1 }),
            /Widget held is still there: waited 1 s for it: held by finalizers example\.org\/hold/,
        );
        const release = operation({
            progress: () =>
                void api.patch(
                    {
                        apiVersion: "example.org/v1",
                        kind: "Widget",
                        metadata: { name: "held", namespace: "default", finalizers: null as never },
                    },
                    undefined,
                    undefined,
                    undefined,
                    undefined,
                    PatchStrategy.MergePatch,
                ),
        });
        await provider.delete(at(made.outputs), made.id, made.outputs, made.outputs, release);
        await assert.rejects(live(widget("held", {})), { code: 404 });
    });

    it("says which API keeps a namespace from being deleted, instead of waiting for it", async () => {
        const group = "nobody.example.com";
        const registration = {
            apiVersion: "apiregistration.k8s.io/v1",
            kind: "APIService",
            metadata: { name: `v1.${group}` },
            spec: {
                ...{ group, version: "v1", groupPriorityMinimum: 100, versionPriority: 100 },
                service: { namespace: "nowhere", name: "nobody" },
                insecureSkipTLSVerify: true,
            },
        };
        await api.create(registration);
        const made = await create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "kept" } });
        const asked = operation();
        await assert.rejects(
            remove(made, asked),
            /Namespace kept is still there: APIService v1\.nobody\.example\.com is answered by Service nowhere\/nobody, which is not there.*kubectl delete apiservice/,
        );
        assert.match(asked.said.join(), /what it depended on may go/);
        await api.delete(registration);
        await remove(made);
        await assert.rejects(api.read({ apiVersion: "v1", kind: "Namespace", metadata: { name: "kept" } }), {
            code: 404,
        });
    });

    it("reads what is there, and nothing where there is nothing", async () => {
        await create(configMap("read"));
        const asked = address(types.ConfigMap ?? "", "it");
        const kind = { apiVersion: "v1", kind: "ConfigMap" };
        assert.deepEqual((await provider.read(asked, "default/read", kind, undefined, operation()))?.outputs.data, {
            a: "1",
        });
        assert.equal(await provider.read(asked, "default/unread", kind, undefined, operation()), undefined);
    });

    describe("when the API server goes away", () => {
        let away: Server;
        let port: number;
        const sockets = new Set<Socket>();
        const listen = () => new Promise<void>((resolve) => away.listen(port, "127.0.0.1", resolve));
        const close = () => {
            away.close();
            sockets.forEach((socket) => socket.destroy());
        };
        let through: Provider;

        before(async () => {
            const config = parse(readFileSync(cluster.kubeconfig, "utf8")) as {
                clusters: { cluster: { server: string } }[];
            };
            const target = new URL(config.clusters[0]?.cluster.server ?? "");
            away = createServer((socket) => {
                const upstream = connect(Number(target.port), target.hostname);
                for (const [one, other] of [
                    [socket, upstream],
                    [upstream, socket],
                ] as const) {
                    sockets.add(one);
                    one.pipe(other);
                    one.on("error", () => other.destroy());
                    one.on("close", () => other.destroy());
                }
            });
            port = 0;
            await listen();
            port = (away.address() as { port: number }).port;
            config.clusters.forEach((each) => (each.cluster.server = `https://127.0.0.1:${port}`));
            through = kubernetesProvider({ kubeconfig: stringify(config) }, host);
        });

        after(() => close());

        it("goes on once it is back within a short while", async () => {
            close();
            const making = through.create(at(configMap("patient")), configMap("patient"), operation());
            setImmediate(() => void listen());
            assert.equal((await making).id, "default/patient");
        });

        it("says so and keeps the state of what it was waiting for", async () => {
            const inputs = widget("abandoned", { "pulumi.com/waitFor": "condition=Ready" });
            const asked = operation({ progress: () => close() });
            await assert.rejects(through.create(at(inputs), inputs, asked), (error: unknown) => {
                assert.ok(error instanceof PartialFailure);
                assert.match(
                    error.message,
                    new RegExp(`the Kubernetes API at https://127.0.0.1:${port} does not answer .*run again to go on`),
                );
                return true;
            });
        });

        it("previews from the inputs, with a warning", async () => {
            const asked = operation({ preview: true });
            const { outputs } = await through.create(at(configMap("unseen")), configMap("unseen"), asked);
            assert.deepEqual(outputs, configMap("unseen"));
            assert.match(asked.warned.join(), /previewed without the cluster: .*ECONNREFUSED/);
        });
    });
});
