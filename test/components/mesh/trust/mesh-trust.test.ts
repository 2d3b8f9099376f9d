import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import { MeshTrust, type MeshTrustArgs } from "../../../../components/mesh/trust/mesh-trust.ts";
import { madeUpValue } from "../../../../rehearsal/recording/made-up.ts";
import { type Registered, underMocks, value } from "../../../support/mocks.ts";

const kinds = [
    "tls:index/privateKey:PrivateKey",
    "tls:index/selfSignedCert:SelfSignedCert",
    "tls:index/certRequest:CertRequest",
    "tls:index/locallySignedCert:LocallySignedCert",
    "kubernetes:core/v1:ConfigMap",
    "kubernetes:core/v1:Secret",
    "kubernetes:cert-manager.io/v1:Issuer",
    "kubernetes:cert-manager.io/v1:ClusterIssuer",
    "kubernetes:cert-manager.io/v1:Certificate",
    "kubernetes:trust.cert-manager.io/v1alpha1:Bundle",
];

const usual: MeshTrustArgs = { trustDomain: "mesh.example", generations: [1], signer: 1 };

async function trust(args: Partial<MeshTrustArgs> = {}): Promise<{ made: MeshTrust; registered: Registered }> {
    return underMocks(kinds, () => new MeshTrust("trust", { ...usual, ...args }));
}

describe("MeshTrust", () => {
    it("signs the identity issuer by the signing CA, for two days, renewed before its workload certificates end", async () => {
        const { registered } = await trust();
        assert.deepEqual(registered.input("trust-identity-issuer", "metadata"), {
            name: "linkerd-identity-issuer",
            namespace: "linkerd",
            annotations: { "pulumi.com/waitFor": "condition=Ready" },
        });
        assert.deepEqual(registered.input("trust-identity-issuer", "spec"), {
            isCA: true,
            commonName: "identity.linkerd.mesh.example",
            secretName: "linkerd-identity-issuer",
            duration: "48h",
            renewBefore: "25h",
            privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
            issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "linkerd-signing-ca" },
        });
    });

    it("takes its lifetimes from whoever asks", async () => {
        const { registered } = await trust({
            lifetimes: { workloadHours: 0.005, issuerHours: 0.025, issuerRenewBeforeHours: 0.0125 },
        });
        assert.equal(registered.input("trust-identity-issuer", "spec.duration"), "90s");
        assert.equal(registered.input("trust-identity-issuer", "spec.renewBefore"), "45s");
    });

    it("makes every root and the signing CA on P-256, the only curve that Linkerd takes", async () => {
        const { registered } = await trust({ generations: [1, 2] });
        const keys = registered.ofType("tls:index/privateKey:PrivateKey");
        assert.equal(keys.length, 3);
        for (const { inputs } of keys) {
            assert.deepEqual(inputs, { algorithm: "ECDSA", ecdsaCurve: "P256" });
        }
    });

    it("makes a root for ten years that may only sign certificates", async () => {
        const { registered } = await trust();
        const root = "trust-root-g1-certificate";
        assert.equal(registered.input(root, "validityPeriodHours"), 87600);
        assert.equal(registered.input(root, "isCaCertificate"), true);
        assert.deepEqual(registered.input(root, "allowedUses"), ["cert_signing", "crl_signing"]);
        assert.equal(registered.input(root, "subject.commonName"), "root-g1.linkerd.mesh.example");
    });

    it("gives cert-manager the signing CA's key and its whole chain, and never the root's key", async () => {
        const { registered } = await trust();
        const secret = "trust-signing-secret";
        assert.equal(
            registered.secret(secret, "stringData.tls\\.key"),
            madeUpValue("trust-signing-key", "privateKeyPem"),
        );
        assert.equal(
            registered.secret(secret, "stringData.tls\\.crt"),
            madeUpValue("trust-signing-certificate", "certPem") + madeUpValue("trust-root-g1-certificate", "certPem"),
        );
        assert.equal(registered.ofType("kubernetes:core/v1:Secret").length, 1);
        assert.equal(registered.input("trust-signing-issuer", "spec.ca.secretName"), "linkerd-signing-ca");
    });

    it("renews the signing CA by the first deployment in its last quarter", async () => {
        const { registered } = await trust();
        assert.equal(registered.input("trust-signing-certificate", "validityPeriodHours"), 8760);
        assert.equal(registered.input("trust-signing-certificate", "earlyRenewalHours"), 2160);
    });

    it("trusts every generation, each by a ConfigMap of its own, and signs by the one that is asked for", async () => {
        const { registered } = await trust({ generations: [1, 2], signer: 2 });
        for (const generation of [1, 2]) {
            assert.deepEqual(registered.get(`trust-root-g${generation}-trusted`).inputs.metadata, {
                name: `linkerd-trust-root-g${generation}`,
                namespace: "cert-manager",
                labels: { "airflow-linkerd.io/trust": "trusted" },
            });
            assert.equal(
                registered.input(`trust-root-g${generation}-trusted`, "data.ca\\.crt"),
                madeUpValue(`trust-root-g${generation}-certificate`, "certPem"),
            );
        }
        assert.equal(
            registered.secret("trust-signing-certificate", "caPrivateKeyPem"),
            madeUpValue("trust-root-g2-key", "privateKeyPem"),
        );
        assert.equal(
            registered.input("trust-signing-certificate", "caCertPem"),
            madeUpValue("trust-root-g2-certificate", "certPem"),
        );
    });

    it("keeps the names of a generation when another is added, so that its root stays", async () => {
        const one = await trust();
        const two = await trust({ generations: [1, 2] });
        const names = ({ registered }: { registered: Registered }) =>
            registered.resources.map(({ name }) => name).filter((name) => name.includes("-g1"));
        assert.equal(names(one).length, 4);
        assert.deepEqual(names(two).sort(), names(one).sort());
    });

    it("bundles whatever is labelled as trusted for the namespace of the control plane", async () => {
        const { registered } = await trust();
        assert.deepEqual(registered.input("trust-bundle", "spec"), {
            sources: [
                { configMap: { selector: { matchLabels: { "airflow-linkerd.io/trust": "trusted" } }, key: "ca.crt" } },
            ],
            target: {
                configMap: { key: "ca-bundle.crt" },
                namespaceSelector: { matchLabels: { "linkerd.io/is-control-plane": "true" } },
            },
        });
        assert.ok(registered.dependenciesOf("trust-bundle").includes("trust-root-g1-trusted"));
    });

    it("waits for every issuer and certificate to be ready, and for the bundle to be written", async () => {
        const { registered } = await trust();
        const awaited = registered.resources.filter(({ type }) => /cert-manager\.io/.test(type));
        assert.equal(awaited.length, 11);
        for (const { name, type } of awaited) {
            assert.equal(
                registered.input(name, "metadata.annotations.pulumi\\.com/waitFor"),
                type.endsWith("Bundle") ? "condition=Synced" : "condition=Ready",
            );
        }
    });

    it("tells the fingerprints of its roots", async () => {
        const { made } = await trust({ generations: [1, 2] });
        const der = (generation: number) =>
            Buffer.from(madeUpValue(`trust-root-g${generation}-certificate`, "certPem"), "base64");
        const expected = [1, 2].map((generation) => createHash("sha256").update(der(generation)).digest("hex"));
        assert.deepEqual(await value(made.rootFingerprints), expected);
    });

    it("refuses a signer that nobody trusts", async () => {
        await assert.rejects(
            trust({ generations: [1, 2], signer: 3 }),
            /signer is 3: it must be one of generations \(1, 2\)/,
        );
    });

    it("refuses an issuer that ends before the certificates that it signs", async () => {
        await assert.rejects(
            trust({ lifetimes: { workloadHours: 24, issuerHours: 48, issuerRenewBeforeHours: 24 } }),
            /lifetimes\.issuerRenewBeforeHours is 24: it must be more than workloadHours \(24\)/,
        );
    });
});
