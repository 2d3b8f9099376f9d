import assert from "node:assert/strict";

import { CertManager } from "../../../components/mesh/cert-manager.ts";
import { underMocks } from "../../support/mocks.ts";

const kinds = ["kubernetes:helm.sh/v3:Release"];

describe("CertManager", () => {
    it("installs cert-manager, then trust-manager, into their namespace", async () => {
        const { registered } = await underMocks(
            kinds,
            () => new CertManager("certs", { mirror: "oci://mirror.example/charts" }),
        );
        assert.equal(registered.input("certs-issuing", "namespace"), "cert-manager");
        assert.equal(registered.input("certs-trust", "namespace"), "cert-manager");
        assert.deepEqual(registered.dependenciesOf("certs-trust"), ["certs-issuing"]);
        assert.equal(registered.input("certs-issuing", "chart"), "oci://mirror.example/charts/cert-manager");
        assert.equal(registered.input("certs-issuing", "version"), "v1.21.2");
        assert.equal(registered.input("certs-trust", "chart"), "oci://mirror.example/charts/trust-manager");
        assert.equal(registered.input("certs-trust", "version"), "v0.25.0");
    });

    it("keeps the definitions when the release goes, and with them every certificate", async () => {
        const { registered } = await underMocks(kinds, () => new CertManager("certs", {}));
        assert.deepEqual(registered.input("certs-issuing", "values.crds"), { enabled: true, keep: true });
    });

    it("lets roots of trust come from its own namespace only", async () => {
        const { registered } = await underMocks(kinds, () => new CertManager("certs", {}));
        assert.deepEqual(registered.input("certs-trust", "values.app"), { trust: { namespace: "cert-manager" } });
    });

    it("asks the cluster's DNS alone for proofs where an issuer gives any, and has no other setting for them", async () => {
        const key = "values.dns01RecursiveNameserversOnly";
        const without = await underMocks(kinds, () => new CertManager("certs", {}));
        assert.equal(without.registered.input("certs-issuing", key), undefined);
        const proving = await underMocks(kinds, () => new CertManager("certs", { provesByDns: true }));
        assert.equal(proving.registered.input("certs-issuing", key), true);
    });

    it("stands more than once only when it must be available", async () => {
        const once = await underMocks(kinds, () => new CertManager("certs", {}));
        assert.equal(once.registered.input("certs-issuing", "values.replicaCount"), undefined);
        const more = await underMocks(kinds, () => new CertManager("certs", { highAvailability: true }));
        assert.equal(more.registered.input("certs-issuing", "values.replicaCount"), 2);
        assert.equal(more.registered.input("certs-issuing", "values.webhook.replicaCount"), 3);
        assert.equal(more.registered.input("certs-trust", "values.replicaCount"), 2);
    });

    it("reserves resources, spreads and keeps one of each when it must be available", async () => {
        const { registered } = await underMocks(kinds, () => new CertManager("certs", { highAvailability: true }));
        const parts: [release: string, values: string][] = [
            ["certs-issuing", "values"],
            ["certs-issuing", "values.webhook"],
            ["certs-issuing", "values.cainjector"],
            ["certs-trust", "values"],
        ];
        for (const [release, path] of parts) {
            const at = (end: string) => registered.input(release, `${path}.${end}`);
            assert.ok(at("resources.requests.cpu"), path);
            assert.ok(at("resources.limits.memory"), path);
            assert.deepEqual(at("podDisruptionBudget"), { enabled: true, minAvailable: 1 }, path);
            assert.equal(at("topologySpreadConstraints.0.topologyKey"), "topology.kubernetes.io/zone", path);
            assert.equal(at("topologySpreadConstraints.1.topologyKey"), "kubernetes.io/hostname", path);
        }
        assert.ok(registered.input("certs-trust", "values.defaultPackage.resources.limits.memory"));
    });
});
