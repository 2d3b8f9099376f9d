import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { type KubernetesObject } from "@kubernetes/client-node";
import { stringify } from "yaml";

import { startControlPlane } from "../../rehearsal/cluster/control-plane.ts";
import { Containers } from "../../rehearsal/containers.ts";
import { type RunResult, up } from "../../rehearsal/engine/engine.ts";
import { providerFactories } from "../../rehearsal/providers/index.ts";
import { setup } from "../../rehearsal/setup.ts";
import { Stage, unheard } from "./stage.ts";

const projectFolder = join(import.meta.dirname, "two-components");
const kinds =
    "namespaces,deployments,services,serviceaccounts,clusterroles,clusterrolebindings,roles,rolebindings," +
    "mutatingwebhookconfigurations,validatingwebhookconfigurations";

describe("removing a component from the program", function () {
    let stage: Stage;

    before(async () => {
        stage = new Stage();
        await setup(stage.at, () => undefined, { containers: Containers.simulated });
        await startControlPlane(stage.at, () => undefined, Containers.simulated);
    });

    after(async () => {
        await stage.close();
    });

    function deploy(withCertManager: boolean): Promise<RunResult> {
        const configFile = join(stage.at.root, "Pulumi.test.yaml");
        const config = {
            "two-components:kubeconfig": stage.at.kubeconfig,
            "two-components:withCertManager": withCertManager,
        };
        writeFileSync(configFile, stringify({ config }));
        return up({
            projectFolder,
            stack: "test",
            configFile,
            stateFolder: stage.at.state,
            binFolder: stage.at.bin,
            providers: providerFactories,
            output: unheard(),
        });
    }

    /** What stands in the cluster, each object with its identity, so that one made anew counts as another. */
    async function standing(): Promise<Set<string>> {
        const objects = await stage.objects<KubernetesObject>(kinds);
        return new Set(
            objects.map(({ kind, metadata }) => [kind, metadata?.namespace, metadata?.name, metadata?.uid].join(" ")),
        );
    }

    it("deletes exactly its objects", async () => {
        assert.ok((await deploy(false)).ok);
        const before = await standing();
        assert.ok([...before].some((object) => object.startsWith("Namespace  linkerd ")));

        const added = await deploy(true);
        assert.ok(added.ok);
        const during = await standing();
        assert.ok([...during].some((object) => object.startsWith("Deployment cert-manager cert-manager-webhook ")));
        assert.ok([...during].some((object) => object.startsWith("Deployment cert-manager trust-manager ")));

        const removed = await deploy(false);
        assert.ok(removed.ok);
        assert.equal(removed.changes.delete, added.changes.create);
        assert.deepEqual(await standing(), before);
    });
});
