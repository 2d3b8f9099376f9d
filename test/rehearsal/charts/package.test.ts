import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parseAllDocuments } from "yaml";

import { charts, packageCharts } from "../../../rehearsal/charts/package.ts";
import { gatewayApi, moduleFiles } from "../../../rehearsal/charts/sources.ts";
import { clusterBinary } from "../../../rehearsal/cluster/binary/binary.ts";
import { objects, withHelm } from "./helm.ts";

const manifest = "gateway-api-1.5.1-experimental.yaml";
const envoyManifest = "envoy-gateway-1.9.1-definitions.yaml";

describe("packaging of the charts", function () {
    // Go modules may have to be downloaded first.
    this.timeout("3m");
    withHelm();

    let mirror: string;
    let helm: string;
    before(async () => {
        mirror = await mkdtemp(join(tmpdir(), "charts-test-"));
        helm = join(mirror, "helm");
        await symlink(await clusterBinary(console.log), helm);
        await packageCharts(helm, () => undefined, mirror);
    });
    after(() => rm(mirror, { recursive: true, force: true }));

    async function packaged(): Promise<string[]> {
        const lines: string[] = [];
        await packageCharts(helm, (line) => lines.push(line), mirror);
        return lines;
    }

    it("fills the mirror with each chart's archive and the manifests of definitions, and leaves nothing else", async () => {
        const expected = [manifest, envoyManifest, ...charts.map(({ name, version }) => `${name}-${version}.tgz`)];
        assert.deepEqual((await readdir(mirror)).sort(), [".packaged.json", "helm", ...expected].sort());
    });

    it("does nothing when everything is up to date", async () => {
        assert.deepEqual(await packaged(), []);
    });

    it("packages a damaged archive and a missing manifest again, to the same bytes", async () => {
        const archive = join(mirror, "airflow-1.22.0.tgz");
        const good = await readFile(archive);
        await writeFile(archive, "damaged");
        await rm(join(mirror, manifest));
        assert.deepEqual(await packaged(), ["packaging airflow-1.22.0.tgz", `packaging ${manifest}`]);
        assert.deepEqual(await readFile(archive), good);
    });

    it("puts the definitions of the running controllers into their charts", async () => {
        const made = await objects(
            join(mirror, "cert-manager-v1.21.2.tgz"),
            { crds: { enabled: true } },
            "cert-manager",
        );
        const definitions = made.filter((object) => object.kind === "CustomResourceDefinition");
        assert.deepEqual(definitions.map((object) => object.metadata.name).sort(), [
            "certificaterequests.cert-manager.io",
            "certificates.cert-manager.io",
            "challenges.acme.cert-manager.io",
            "clusterissuers.cert-manager.io",
            "issuers.cert-manager.io",
            "orders.acme.cert-manager.io",
        ]);
        for (const { metadata } of definitions) {
            assert.equal(metadata.annotations?.["helm.sh/resource-policy"], "keep");
        }
    });

    it("lets definitions go with the release when told to, or leaves them out", async () => {
        const archive = join(mirror, "trust-manager-v0.25.0.tgz");
        const definitions = async (crds: object) =>
            (await objects(archive, { crds }, "trust-manager")).filter(
                (object) => object.kind === "CustomResourceDefinition",
            );
        const going = await definitions({ keep: false });
        assert.ok(going.some((object) => object.metadata.name === "bundles.trust.cert-manager.io"));
        assert.ok(going.every((object) => !("helm.sh/resource-policy" in (object.metadata.annotations ?? {}))));
        assert.deepEqual(await definitions({ enabled: false }), []);
    });

    it("writes the whole experimental channel of Gateway API, marked with its version", async () => {
        const documents = parseAllDocuments(await readFile(join(mirror, manifest), "utf8")).map((document) =>
            document.toJS(),
        );
        const versions = (name: string) =>
            documents
                .find((object) => object.metadata.name === `${name}.gateway.networking.k8s.io`)
                .spec.versions.filter((version: { served: boolean }) => version.served)
                .map((version: { name: string }) => version.name);
        // Linkerd watches these at exactly these versions.
        assert.ok(versions("tlsroutes").includes("v1alpha2"));
        assert.ok(versions("tcproutes").includes("v1alpha2"));
        assert.ok(versions("httproutes").includes("v1"));
        assert.ok(versions("grpcroutes").includes("v1"));
        for (const { kind, metadata } of documents) {
            if (kind === "CustomResourceDefinition") {
                assert.equal(metadata.annotations["gateway.networking.k8s.io/bundle-version"], "v1.5.1", metadata.name);
                assert.equal(metadata.annotations["gateway.networking.k8s.io/channel"], "experimental", metadata.name);
            }
        }
    });

    it("writes Envoy Gateway's definitions, none of Gateway API's among them", async () => {
        const text = await readFile(join(mirror, envoyManifest), "utf8");
        const names = parseAllDocuments(text).map((document) => document.toJS().metadata.name as string);
        assert.equal(names.length, 8);
        assert.ok(names.every((name) => name.endsWith(".gateway.envoyproxy.io")));
        assert.ok(names.includes("securitypolicies.gateway.envoyproxy.io"));
    });

    describe("without what it needs", () => {
        const kept = { PATH: process.env.PATH, GOPROXY: process.env.GOPROXY, GOMODCACHE: process.env.GOMODCACHE };
        afterEach(() => {
            for (const [name, value] of Object.entries(kept)) {
                if (value === undefined) {
                    Reflect.deleteProperty(process.env, name);
                } else {
                    process.env[name] = value;
                }
            }
        });

        it("says that Go is missing and what to install", async () => {
            process.env.PATH = mirror;
            await assert.rejects(
                moduleFiles(gatewayApi),
                /sigs\.k8s\.io\/gateway-api@v1\.5\.1 .*install Go 1\.26 or newer/,
            );
        });

        it("says which module cannot be had, and where to try", async () => {
            process.env.GOPROXY = "off";
            process.env.GOMODCACHE = join(mirror, "no-modules");
            await assert.rejects(
                moduleFiles(gatewayApi),
                /gateway-api@v1\.5\.1 .*GOPROXY .*rehearsal\/charts\/sources/s,
            );
        });

        it("refuses a module of another version than the charts are made for", async () => {
            await assert.rejects(moduleFiles({ ...gatewayApi, version: "v1.5.0" }), /gives .* v1\.5\.1, .*v1\.5\.0/);
        });

        it("leaves the archive that was there when helm fails", async () => {
            const archive = join(mirror, "linkerd-crds-2026.8.3.tgz");
            await rm(join(mirror, ".packaged.json"));
            const before = await readFile(archive);
            await assert.rejects(
                packageCharts("/bin/false", () => undefined, mirror),
                /helm package .* failed: /,
            );
            assert.deepEqual(await readFile(archive), before);
            assert.ok(!(await readdir(mirror)).some((name) => name.startsWith(".packing-")));
        });
    });
});
