import assert from "node:assert/strict";

import { WebhookCertificates } from "../../../../components/mesh/trust/webhook-certificates.ts";
import { underMocks } from "../../../support/mocks.ts";

const certificate = "kubernetes:cert-manager.io/v1:Certificate";
const kinds = [certificate, "kubernetes:cert-manager.io/v1:Issuer", "kubernetes:cert-manager.io/v1:ClusterIssuer"];

describe("WebhookCertificates", () => {
    it("puts each webhook's certificate where Linkerd's charts look for it", async () => {
        const { registered } = await underMocks(
            kinds,
            () => new WebhookCertificates("webhooks", { certManagerNamespace: "cert-manager" }),
        );
        const leaves = registered
            .ofType(certificate)
            .filter(({ name }) => name !== "webhooks-authority-certificate")
            .map(({ name }) => [
                registered.input(name, "metadata.namespace"),
                registered.input(name, "metadata.name"),
                registered.input(name, "spec.secretName"),
                registered.input(name, "spec.dnsNames.0"),
            ])
            .sort();
        assert.deepEqual(leaves, [
            [
                "linkerd",
                "linkerd-policy-validator",
                "linkerd-policy-validator-k8s-tls",
                "linkerd-policy-validator.linkerd.svc",
            ],
            [
                "linkerd",
                "linkerd-proxy-injector",
                "linkerd-proxy-injector-k8s-tls",
                "linkerd-proxy-injector.linkerd.svc",
            ],
            ["linkerd", "linkerd-sp-validator", "linkerd-sp-validator-k8s-tls", "linkerd-sp-validator.linkerd.svc"],
            ["linkerd-viz", "linkerd-tap-injector", "tap-injector-k8s-tls", "tap-injector.linkerd-viz.svc"],
            ["linkerd-viz", "tap", "tap-k8s-tls", "tap.linkerd-viz.svc"],
        ]);
    });

    it("signs every leaf by one authority that never renews itself, so that API server and pod always agree", async () => {
        const { registered } = await underMocks(
            kinds,
            () => new WebhookCertificates("webhooks", { certManagerNamespace: "cert-manager" }),
        );
        assert.deepEqual(registered.input("webhooks-authority-certificate", "spec.renewal"), { policy: "Disabled" });
        assert.equal(registered.input("webhooks-authority-certificate", "spec.duration"), "87600h");
        assert.equal(registered.input("webhooks-authority-issuer", "spec.ca.secretName"), "linkerd-webhook-ca");
        assert.deepEqual(registered.dependenciesOf("webhooks-authority-issuer"), ["webhooks-authority-certificate"]);
        for (const { name } of registered
            .ofType(certificate)
            .filter(({ name }) => name !== "webhooks-authority-certificate")) {
            assert.deepEqual(registered.input(name, "spec.issuerRef"), {
                group: "cert-manager.io",
                kind: "ClusterIssuer",
                name: "linkerd-webhook-ca",
            });
            assert.equal(registered.input(name, "spec.duration"), "2160h");
            assert.equal(registered.input(name, "spec.renewBefore"), "1680h");
        }
    });

    it("encodes only the policy validator's key as PKCS8, which its server needs", async () => {
        const { registered } = await underMocks(
            kinds,
            () => new WebhookCertificates("webhooks", { certManagerNamespace: "cert-manager" }),
        );
        const encoded = registered
            .ofType(certificate)
            .filter(({ name }) => registered.input(name, "spec.privateKey.encoding") === "PKCS8");
        assert.deepEqual(
            encoded.map(({ name }) => name),
            ["webhooks-policy-validator"],
        );
    });
});
