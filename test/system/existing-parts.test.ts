import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { type Chart, chartFile, charts } from "../../components/charts.ts";
import { existingProblems } from "../../components/mesh/existing/existing-problems.ts";
import { type ExistingParts, type ForeignParts } from "../../components/mesh/existing/parts.ts";
import { ownLabels } from "../../components/mesh/names.ts";
import { problemText } from "../../components/problem.ts";
import { packageCharts } from "../../rehearsal/charts/package.ts";
import { checkout } from "../../rehearsal/place.ts";
import { Unreadable } from "../../stacks/existing/cluster-login.ts";
import { ClusterView } from "../../stacks/existing/cluster-view.ts";
import { foreignParts } from "../../stacks/existing/foreign-parts.ts";
import { type BareCluster, startBareCluster } from "./bare-cluster.ts";

const none: ExistingParts = { gatewayApi: false };

describe("a cluster that is not empty", function () {
    this.timeout(300_000);

    let cluster: BareCluster;

    before(async () => {
        cluster = await startBareCluster();
        await packageCharts(join(cluster.bin, "helm"), () => undefined);
        for (const name of ["certs", "plain", "cert-manager"]) {
            await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
        }
    });

    after(async () => {
        await cluster.stop();
    });

    const helm = (...args: string[]) => {
        const { status, stdout, stderr } = spawnSync(join(cluster.bin, "helm"), args, { encoding: "utf8" });
        assert.equal(status, 0, stderr);
        return stdout;
    };
    const packed = (chart: Chart) => join(checkout, "rehearsal/charts", chartFile(chart));
    const look = async (wanted = none): Promise<ForeignParts> =>
        foreignParts(await ClusterView.open(cluster.kubeconfig, "rehearsal"), wanted);
    const refused = (found: ForeignParts, wanted: ExistingParts) =>
        existingProblems(found, wanted).map((problem) => problemText(problem));
    /** Waits until the pods are, as somebody who names them in `existing` would. */
    const available = (namespace: string) => {
        const args = ["wait", "deployment", "--all", "--for=condition=Available", "--timeout=120s", "-n", namespace];
        const { ok, said } = cluster.kubectl(args);
        assert.ok(ok, said);
    };

    it("shows nothing of others where there is nothing", async () => {
        assert.deepEqual(refused(await look(), none), []);
    });

    it("shows a cert-manager and a trust-manager of Helm with their releases, and lets them be used", async () => {
        for (const chart of [charts.certManager, charts.trustManager]) {
            const reach = ["--kubeconfig", cluster.kubeconfig, "--namespace", "certs"];
            helm("install", chart.name, packed(chart), ...reach, "--set", "crds.enabled=true");
        }
        available("certs");
        const found = await look();
        assert.equal(found.certManager?.owner.text, "the Helm release cert-manager in namespace certs");
        const [first, second] = refused(found, none);
        assert.match(
            first ?? "",
            /^existing\.certManager is in namespace certs already, as v1\.\d+\.\d+, and belongs to the Helm release cert-manager in namespace certs: /,
        );
        assert.match(
            second ?? "",
            /^existing\.trustManager is in namespace certs already, .*existing\.trustManager: \{namespace: cert-manager\}/,
        );
        const use = {
            certManager: { namespace: "certs" },
            trustManager: { namespace: "cert-manager" },
            gatewayApi: false,
        };
        assert.deepEqual(refused(found, use), []);
        // The stack's own trust-manager beside that cert-manager is told by its label.
        const labelled = cluster.kubectl([
            ...["label", "deployment", "trust-manager", "-n", "certs"],
            ...Object.entries(ownLabels).map((label) => label.join("=")),
        ]);
        assert.ok(labelled.ok, labelled.said);
        const beside = { certManager: { namespace: "certs" }, gatewayApi: false };
        assert.deepEqual(refused(await look(beside), beside), []);
        const { ok, said } = cluster.kubectl(["delete", "deployment", "--all", "-n", "certs"]);
        assert.ok(ok, said);
        assert.match(
            refused(await look(), none)[0] ?? "",
            /^existing\.certManager has definitions in the cluster \(.*\), which belong to the Helm release cert-manager in namespace certs/,
        );
    });

    it("shows a cert-manager of plain manifests, and who applied it", async () => {
        cluster.kubectl(["delete", "namespace", "certs", "--wait=false"]);
        const stdout = helm("template", "cert-manager", packed(charts.certManager), "--namespace", "plain");
        const deployments = stdout.split(/^---$/m).filter((document) => document.includes("kind: Deployment"));
        assert.ok(deployments.length >= 3);
        for (const document of deployments) {
            const applied = spawnSync(
                join(cluster.bin, "kubectl"),
                ["--kubeconfig", cluster.kubeconfig, "apply", "-n", "plain", "-f", "-"],
                { encoding: "utf8", input: document },
            );
            assert.equal(applied.status, 0, applied.stderr);
        }
        assert.match(
            refused(await look(), none)[0] ?? "",
            /^existing\.certManager is in namespace plain already, .*belongs to plain manifests, applied by kubectl: /,
        );
    });

    it("shows whose definitions of Gateway API are there, and which of them lack", async () => {
        const definition = (kind: string, plural: string) => ({
            apiVersion: "apiextensions.k8s.io/v1",
            kind: "CustomResourceDefinition",
            metadata: {
                name: `${plural}.gateway.networking.k8s.io`,
                annotations: {
                    "gateway.networking.k8s.io/bundle-version": "v1.0.0",
                    "api-approved.kubernetes.io": "https://github.com/kubernetes-sigs/gateway-api/pull/1",
                },
            },
            spec: {
                group: "gateway.networking.k8s.io",
                scope: "Namespaced",
                names: { kind, plural, singular: kind.toLowerCase() },
                versions: [
                    { name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } },
                ],
            },
        });
        const { ok, said } = cluster.kubectl(["apply", "-f", "-"], definition("HTTPRoute", "httproutes"));
        assert.ok(ok, said);
        const found = await look();
        const ofGateway = (wanted: ExistingParts) =>
            refused(found, wanted).filter((line) => line.includes("gatewayApi"));
        assert.match(
            ofGateway(none)[0] ?? "",
            /^existing\.gatewayApi is in the cluster already, as v1\.0\.0, and belongs to plain manifests, applied by kubectl: /,
        );
        const [old, lacking] = ofGateway({ gatewayApi: true });
        assert.match(old ?? "", /the definitions there are of v1\.0\.0, and Linkerd needs 1\.2/);
        assert.match(
            lacking ?? "",
            /grpcroutes\.gateway\.networking\.k8s\.io, tlsroutes\.gateway\.networking\.k8s\.io are not among/,
        );
    });

    it("shows whose definitions of Envoy Gateway are there, to a stack that has an entrance", async () => {
        const definition = {
            apiVersion: "apiextensions.k8s.io/v1",
            kind: "CustomResourceDefinition",
            metadata: { name: "backends.gateway.envoyproxy.io" },
            spec: {
                group: "gateway.envoyproxy.io",
                scope: "Namespaced",
                names: { kind: "Backend", plural: "backends", singular: "backend" },
                versions: [
                    { name: "v1alpha1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } },
                ],
            },
        };
        const { ok, said } = cluster.kubectl(["apply", "--server-side", "-f", "-"], definition);
        assert.ok(ok, said);
        const found = await look();
        const ofEntrance = (wanted: ExistingParts) => refused(found, wanted).filter((line) => line.includes("Envoy"));
        assert.match(
            ofEntrance({ ...none, entrance: true })[0] ?? "",
            /^entrance needs definitions of Envoy Gateway, and others are in the cluster already \(backends\.gateway\.envoyproxy\.io\), which belong to plain manifests, applied by kubectl: /,
        );
        assert.deepEqual(ofEntrance(none), []);
    });

    it("is not looked at by somebody without credentials, who is told only that", async () => {
        const view = await ClusterView.open(cluster.kubeconfig, "rehearsal");
        await assert.rejects(view.read("/apis/no.such.group/v1/things"), (error: unknown) => {
            assert.ok(error instanceof Unreadable);
            assert.equal(error.message, "GET /apis/no.such.group/v1/things: HTTP 404");
            return true;
        });
    });
});
