import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { problems } from "../../../rehearsal/providers/helm/inputs.ts";
import { kubernetesProvider } from "../../../rehearsal/providers/kubernetes/provider.ts";
import { Settings } from "../../../rehearsal/providers/kubernetes/settings.ts";
import { type PlainMap } from "../../../rehearsal/engine/values/property.ts";
import { address, operation, temporaryHost } from "./operation.ts";

const host = temporaryHost();
const at = address("kubernetes:core/v1:ConfigMap", "settings");
const kubernetes = (inputs: PlainMap) => kubernetesProvider(inputs, host);
const configMap = { apiVersion: "v1", kind: "ConfigMap", data: { a: "b" } };

describe("inputs of the kubernetes provider", () => {
    after(() => host.remove());

    it("refuses provider inputs that it would have to ignore, by name", () => {
        assert.throws(() => kubernetes({ renderYamlToDirectory: "out" }), /renderYamlToDirectory not supported here/);
        assert.throws(() => kubernetes({ enableServerSideApply: "false" }), /only server-side apply is supported/);
    });

    it("reads switches as the SDK sends them", () => {
        assert.equal(new Settings({ enableSecretMutable: "true" }, "/").on("enableSecretMutable"), true);
        assert.equal(new Settings({}, "/").on("enableSecretMutable"), false);
    });

    it("names a kubeconfig that is missing or broken, and the way out", () => {
        const load = (kubeconfig: string) => () => new Settings({ kubeconfig }, host.projectFolder).load();
        assert.throws(
            load("missing"),
            new RegExp(`kubeconfig ${join(host.projectFolder, "missing")} does not exist: start`),
        );
        writeFileSync(join(host.projectFolder, "broken"), "clusters: [");
        assert.throws(load("broken"), /kubeconfig .*broken cannot be read .*: repair it/);
        writeFileSync(
            join(host.projectFolder, "other"),
            JSON.stringify({
                contexts: [{ name: "a", context: { cluster: "gone", user: "gone" } }],
                clusters: [],
                users: [],
            }),
        );
        assert.throws(load("other"), /no usable context .*name one of its contexts \(a\)/);
        assert.throws(load("clusters: [\n"), /kubeconfig in the provider's inputs cannot be read/);
    });

    it("previews from the inputs when there is no cluster, and says so", async () => {
        const asked = operation({ preview: true });
        const { outputs } = await kubernetes({ kubeconfig: "missing" }).create(at, configMap, asked);
        assert.deepEqual(outputs, configMap);
        assert.match(asked.warned.join(), /previewed without the cluster: kubeconfig .*missing/);
    });

    it("makes up a name and keeps it", async () => {
        const provider = kubernetes({});
        const first = (await provider.check(at, undefined, configMap, false)).inputs;
        const { name } = first.metadata as PlainMap;
        assert.match(String(name), /^settings-[0-9a-f]{8}$/);
        assert.deepEqual((await provider.check(at, first, configMap, false)).inputs, first);
    });

    it("makes a new name when a given one is taken out", async () => {
        const { inputs } = await kubernetes({}).check(
            at,
            { ...configMap, metadata: { name: "given" } },
            configMap,
            false,
        );
        assert.match(String((inputs.metadata as PlainMap).name), /^settings-[0-9a-f]{8}$/);
    });

    it("refuses kinds and fields that it does not support, by name", async () => {
        const provider = kubernetes({});
        const reasons = async (type: string, metadata: PlainMap = {}) =>
            (await provider.check(address(type, "it"), undefined, { ...configMap, metadata }, false)).failures
                .map(({ reason }) => reason)
                .join();
        for (const type of [
            "kubernetes:helm.sh/v4:Chart",
            "kubernetes:yaml/v2:ConfigFile",
            "kubernetes:core/v1:NamespacePatch",
        ]) {
            assert.match(await reasons(type), new RegExp(`${type} is not supported here`));
        }
        assert.match(await reasons(at.type, { generateName: "x-" }), /not possible with server-side apply/);
        assert.match(await reasons(at.type, { annotations: { "pulumi.com/waitFor": "Ready" } }), /waitFor is Ready/);
        await assert.rejects(
            provider.invoke("kubernetes:helm:template", {}),
            /kubernetes:helm:template is not supported/,
        );
    });

    it("deletes before it replaces only where the new one would have the old one's name", async () => {
        const diff = (
            name: string,
            changes: string[],
            outputs: PlainMap = { metadata: { name: "a", namespace: "default" } },
        ) => {
            const metadata = { name };
            const request = {
                ...at,
                id: "default/a",
                oldInputs: { ...configMap, metadata: { name: "a" } },
                oldOutputs: outputs,
            };
            const all = changes.map((path) => ({ path, kind: "update" as const }));
            return kubernetes({}).diff({ ...request, newInputs: { ...configMap, metadata }, changes: all });
        };
        const { replacePaths, deleteBeforeReplace } = await diff("a", ["data.a"]);
        assert.deepEqual([replacePaths, deleteBeforeReplace], [["data.a"], true]);
        assert.equal((await diff("b", ["data.a", "metadata.name"])).deleteBeforeReplace, false);
        assert.deepEqual((await diff("a", ["metadata.namespace"])).replacePaths, []);
    });

    it("takes a Secret's data as secret", () => {
        assert.deepEqual(kubernetes({}).secretOutputs("kubernetes:core/v1:Secret"), ["data", "stringData"]);
        assert.deepEqual(kubernetes({}).secretOutputs(at.type), []);
    });
});

describe("inputs of a Helm release", () => {
    const of = (inputs: PlainMap) =>
        problems(inputs, host.projectFolder)
            .map(({ property, reason }) => `${property}: ${reason}`)
            .join("; ");

    it("names a chart file that is missing, and charts.mirror", () => {
        assert.match(
            of({ chart: "charts/airflow-1.22.0.tgz" }),
            /chart: .*\/charts\/airflow-1\.22\.0\.tgz does not exist: .*charts\.mirror/,
        );
    });

    it("leaves addresses and repository names to helm", () => {
        assert.equal(of({ chart: "oci://registry.example.org/charts/airflow", version: "1.22.0" }), "");
        assert.equal(of({ chart: "https://charts.example.org/airflow-1.22.0.tgz" }), "");
        assert.equal(of({ chart: "airflow", repositoryOpts: { repo: "https://airflow.apache.org" } }), "");
    });

    it("refuses by name what helm would not be told, and passwords on its command line", () => {
        assert.match(of({ chart: "oci://a/b", postrender: "x" }), /^postrender: not supported/);
        assert.match(of({ chart: "oci://a/b", valueYamlFiles: [] }), /^valueYamlFiles: not supported/);
        assert.match(
            of({ chart: "oci://a/b", repositoryOpts: { password: "p" } }),
            /^repositoryOpts\.password: .*command line/,
        );
        assert.match(of({}), /^chart: required/);
    });
});
