import assert from "node:assert/strict";

import { type PropertyMap } from "../../rehearsal/engine/values/property.ts";
import { type Recording } from "../../rehearsal/recording/recording.ts";
import { ahead, recorded } from "../support/recordings.ts";
import { everythingBefore, only } from "./order.ts";

const existing = {
    certManager: { namespace: "certs" },
    trustManager: { namespace: "roots" },
    gatewayApi: true,
};

describe("the graph of a stack in a cluster that has cert-manager, trust-manager and Gateway API", () => {
    const recording = ahead(() => recorded("dev", { preview: false, config: { existing } }));
    let deployed: Recording;

    before(async function () {
        this.timeout(180_000);
        deployed = await recording();
    });

    const namespaceOf = (name: string) => (only(deployed, name).inputs.metadata as PropertyMap).namespace;

    it("makes none of them, and nothing in their namespaces that is not the mesh's own", () => {
        const names = deployed.resources.map(({ name }) => name);
        for (const name of ["cert-manager-issuing", "cert-manager-trust", "mesh-namespaces-cert-manager"]) {
            assert.ok(!names.includes(name), name);
        }
        assert.deepEqual(
            names.filter((name) => name.startsWith("gateway-api-")),
            [],
        );
        const theirs = deployed.resources.filter(({ inputs }) =>
            ["cert-manager", "certs", "roots"].includes(
                String((inputs.metadata as PropertyMap | undefined)?.namespace),
            ),
        );
        assert.deepEqual(theirs.map(({ name }) => name).sort(), [
            "mesh-trust-root-g1-trusted",
            "mesh-trust-signing-secret",
            "mesh-trust-webhooks-authority-certificate",
            "mesh-trust-webhooks-authority-self-signed",
        ]);
    });

    it("puts keys where that cert-manager looks for them, and roots where that trust-manager takes them from", () => {
        assert.equal(namespaceOf("mesh-trust-signing-secret"), "certs");
        assert.equal(namespaceOf("mesh-trust-webhooks-authority-certificate"), "certs");
        assert.equal(namespaceOf("mesh-trust-root-g1-trusted"), "roots");
    });

    it("still has all certificates before Linkerd", () => {
        assert.ok(everythingBefore(deployed, "linkerd-control-plane").has("mesh-trust-identity-issuer"));
    });

    it("brings a trust-manager beside that cert-manager where only that is there", async () => {
        const { resources } = await recorded("dev", {
            preview: false,
            config: { existing: { certManager: { namespace: "certs" } } },
        });
        const trust = resources.find(({ name }) => name === "cert-manager-trust");
        assert.ok(trust);
        assert.equal(trust.inputs.namespace, "certs");
        assert.deepEqual((trust.inputs.values as PropertyMap).commonLabels, { "airflow-linkerd.io/part-of": "mesh" });
        assert.deepEqual((trust.inputs.values as PropertyMap).app, { trust: { namespace: "certs" } });
        const root = resources.find(({ name }) => name === "mesh-trust-root-g1-trusted");
        assert.equal((root?.inputs.metadata as PropertyMap).namespace, "certs");
    });
});
