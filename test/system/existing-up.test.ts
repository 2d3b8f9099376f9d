import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { type V1ConfigMap, type V1Deployment, type V1NetworkPolicy } from "@kubernetes/client-node";

import { startControlPlane } from "../../rehearsal/cluster/control-plane.ts";
import { Containers } from "../../rehearsal/containers.ts";
import { checkout } from "../../rehearsal/place.ts";
import { Stage } from "./stage.ts";

const namespace = "cert-manager";

describe("a stack in a cluster that has a cert-manager and a trust-manager of somebody else's", function () {
    this.timeout(900_000);

    let stage: Stage;

    before(async () => {
        stage = new Stage();
        await startControlPlane(stage.at, () => undefined, Containers.simulated);
        const made = await stage.kubectl("create", "namespace", namespace);
        assert.equal(made.exitCode, 0, made.output);
        for (const chart of ["cert-manager", "trust-manager"]) {
            execFileSync(join(stage.at.bin, "helm"), [
                ...["install", chart, join(checkout, "rehearsal/charts", chart)],
                ...["--kubeconfig", stage.at.kubeconfig, "--namespace", namespace],
                ...["--set", "crds.enabled=true"],
            ]);
        }
        const args = ["wait", "deployment", "--all", "--for=condition=Available", "--timeout=120s", "-n", namespace];
        const waited = await stage.kubectl(...args);
        assert.equal(waited.exitCode, 0, waited.output);
    });

    after(async () => {
        await stage.close();
    });

    const theirs = async () =>
        (await stage.objects<V1Deployment>("deployments"))
            .filter(({ metadata }) => metadata?.namespace === namespace)
            .map(({ metadata }) => `${metadata?.name ?? ""} ${metadata?.uid ?? ""}`)
            .sort();

    it("is refused before anything is made, with whose they are and the key that would use them", async () => {
        const { exitCode, output } = await stage.run("up");
        assert.equal(exitCode, 1, output);
        assert.match(
            output,
            /airflow-linkerd:existing\.certManager is in namespace cert-manager already, as v1\.\d+\.\d+, and belongs to the Helm release cert-manager in namespace cert-manager: .*existing\.certManager: \{namespace: cert-manager\}/,
        );
        assert.match(output, /airflow-linkerd:existing\.trustManager is in namespace cert-manager already/);
        const linkerd = await stage.kubectl("get", "namespace", "linkerd");
        assert.equal(linkerd.exitCode, 1, "something was made");
    });

    it("uses them where it says so, changes nothing the second time, and leaves them as they are", async () => {
        const before = await theirs();
        stage.configure({ existing: { certManager: { namespace }, trustManager: { namespace } } });
        const first = await stage.run("up");
        assert.equal(first.exitCode, 0, first.output);
        const second = await stage.run("up", ["--expect-no-changes"]);
        assert.equal(second.exitCode, 0, second.output);
        assert.deepEqual(await theirs(), before);
        const maps = await stage.objects<V1ConfigMap>("configmaps");
        const bundle = maps.find(({ metadata }) => metadata?.name === "linkerd-identity-trust-roots");
        assert.match(bundle?.data?.["ca-bundle.crt"] ?? "", /BEGIN CERTIFICATE/);
        const policies = await stage.objects<V1NetworkPolicy>("networkpolicies");
        assert.deepEqual(
            policies.filter(({ metadata }) => metadata?.namespace === namespace).map(({ metadata }) => metadata?.name),
            [],
        );
    });

    it("leaves them behind when it goes", async () => {
        const before = await theirs();
        assert.ok(before.length >= 4, before.join(", "));
        const { exitCode, output } = await stage.run("down");
        assert.equal(exitCode, 0, output);
        assert.doesNotMatch(output, /cert-manager-(issuing|trust) delet|mesh-namespaces-cert-manager/);
    });
});
