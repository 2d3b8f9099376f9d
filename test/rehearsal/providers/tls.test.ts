import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";

import { tlsProvider } from "../../../rehearsal/providers/tls/provider.ts";
import { type PlainMap } from "../../../rehearsal/engine/values/property.ts";
import { address, operation, temporaryHost } from "./operation.ts";

const host = temporaryHost();
const provider = tlsProvider({}, host);
const at = (kind: string) => address(`tls:index/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`, "it");
const make = async (kind: string, inputs: PlainMap) => (await provider.create(at(kind), inputs, operation())).outputs;
const key = (inputs: PlainMap = { algorithm: "ECDSA", ecdsaCurve: "P256" }) => make("PrivateKey", inputs);

const root = async (privateKeyPem: PlainMap[string], more: PlainMap = {}) =>
    make("SelfSignedCert", {
        privateKeyPem: String(privateKeyPem),
        subject: { commonName: "root.linkerd.cluster.local" },
        isCaCertificate: true,
        allowedUses: ["cert_signing", "crl_signing"],
        validityPeriodHours: 87600,
        setSubjectKeyId: true,
        ...more,
    });

describe("tls provider", () => {
    after(() => host.remove());

    it("makes keys of every algorithm whose forms agree", async () => {
        for (const ecdsaCurve of ["P224", "P256", "P384", "P521"]) {
            const made = await key({ algorithm: "ECDSA", ecdsaCurve });
            assert.match(String(made.privateKeyPem), /^-----BEGIN EC PRIVATE KEY-----/);
            assert.match(String(made.privateKeyPemPkcs8), /^-----BEGIN PRIVATE KEY-----/);
            const spki = (pem: PlainMap[string] | undefined) =>
                createPublicKey(createPrivateKey(String(pem))).export({ type: "spki", format: "pem" });
            assert.equal(spki(made.privateKeyPem), made.publicKeyPem);
            assert.equal(spki(made.privateKeyPemPkcs8), made.publicKeyPem);
        }
        assert.match(String((await key({ algorithm: "RSA" })).privateKeyPem), /^-----BEGIN RSA PRIVATE KEY-----/);
        assert.match(String((await key({ algorithm: "ED25519" })).privateKeyPem), /^-----BEGIN PRIVATE KEY-----/);
    });

    it("makes a root and an intermediate that verify as a chain", async () => {
        const [rootKey, leafKey] = [await key(), await key()];
        const rootCert = await root(rootKey.privateKeyPem ?? "", { maxPathLength: 2 });
        const request = await make("CertRequest", {
            privateKeyPem: String(leafKey.privateKeyPem),
            subject: { commonName: "signing.linkerd.cluster.local", organization: "airflow-linkerd" },
            dnsNames: ["signing.linkerd.cluster.local"],
            ipAddresses: ["127.0.0.1"],
            uris: ["spiffe://cluster.local/signing"],
        });
        const signed = await make("LocallySignedCert", {
            certRequestPem: String(request.certRequestPem),
            caCertPem: String(rootCert.certPem),
            caPrivateKeyPem: String(rootKey.privateKeyPem),
            allowedUses: ["cert_signing", "digital_signature", "server_auth"],
            isCaCertificate: true,
            maxPathLength: 0,
            validityPeriodHours: 8760,
        });
        const [above, below] = [
            new X509Certificate(String(rootCert.certPem)),
            new X509Certificate(String(signed.certPem)),
        ];
        assert.ok(above.ca && above.verify(above.publicKey) && above.checkIssued(above));
        assert.ok(below.ca && below.verify(above.publicKey) && below.checkIssued(above));
        assert.ok(below.checkPrivateKey(createPrivateKey(String(leafKey.privateKeyPem))));
        assert.match(below.subject, /O=airflow-linkerd\nCN=signing\.linkerd\.cluster\.local/);
        assert.match(below.subjectAltName ?? "", /DNS:signing.*IP Address:127\.0\.0\.1.*URI:spiffe:/);
        assert.deepEqual(below.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
        assert.equal(Date.parse(below.validTo) - Date.parse(below.validFrom), 8760 * 3_600_000);
        assert.equal(Date.parse(String(signed.validityEndTime)), Date.parse(below.validTo));
        assert.equal(signed.caKeyAlgorithm, "ECDSA");
    });

    it("refuses a CA key that is not the CA certificate's", async () => {
        const [rootKey, other] = [await key(), await key()];
        const request = await make("CertRequest", { privateKeyPem: String(other.privateKeyPem) });
        await assert.rejects(
            make("LocallySignedCert", {
                certRequestPem: String(request.certRequestPem),
                caCertPem: String((await root(rootKey.privateKeyPem ?? "")).certPem),
                caPrivateKeyPem: String(other.privateKeyPem),
                allowedUses: [],
                validityPeriodHours: 1,
            }),
            /caPrivateKeyPem is not the key of caCertPem/,
        );
    });

    it("replaces a certificate within its early renewal, and not before", async () => {
        const made = await root((await key()).privateKeyPem ?? "", { validityPeriodHours: 10, earlyRenewalHours: 2 });
        assert.equal(made.readyForRenewal, false);
        const inputs = { validityPeriodHours: 10, earlyRenewalHours: 2 };
        const asked = { ...at("SelfSignedCert"), id: "1", oldInputs: inputs, oldOutputs: made, changes: [] };
        assert.deepEqual((await provider.diff({ ...asked, newInputs: inputs })).replacePaths, []);
        const late = await provider.diff({ ...asked, newInputs: { ...inputs, earlyRenewalHours: 11 } });
        assert.deepEqual(late, {
            changes: [{ path: "readyForRenewal", kind: "update" }],
            replacePaths: ["readyForRenewal"],
            deleteBeforeReplace: false,
        });
    });

    it("replaces for any input but the early renewal", async () => {
        const request = { ...at("SelfSignedCert"), id: "1", oldInputs: {}, newInputs: {}, oldOutputs: {} };
        const changes = [
            { path: "dnsNames[0]", kind: "update" as const },
            { path: "earlyRenewalHours", kind: "update" as const },
        ];
        assert.deepEqual((await provider.diff({ ...request, changes })).replacePaths, ["dnsNames[0]"]);
    });

    it("refuses uses, algorithms and inputs that it does not know, by name", async () => {
        const failures = async (kind: string, inputs: PlainMap) =>
            (await provider.check(at(kind), undefined, inputs, false)).failures;
        const cert = { privateKeyPem: "x", validityPeriodHours: 1 };
        assert.match(
            (await failures("SelfSignedCert", { ...cert, allowedUses: ["certSigning"] }))[0]?.reason ?? "",
            /certSigning.*cert_signing/,
        );
        assert.equal(
            (await failures("SelfSignedCert", { ...cert, allowedUses: [], privateKeyPemWo: "x" }))[0]?.property,
            "privateKeyPemWo",
        );
        assert.equal((await failures("PrivateKey", { algorithm: "DSA" }))[0]?.property, "algorithm");
        assert.deepEqual((await failures("CertRequest", {}))[0], { property: "privateKeyPem", reason: "required" });
    });

    it("knows nothing but the inputs in a preview", async () => {
        const { outputs } = await provider.create(at("PrivateKey"), { algorithm: "RSA" }, operation({ preview: true }));
        assert.equal(outputs.algorithm, "RSA");
        assert.equal("privateKeyPem" in outputs, false);
    });

    it("calls private keys secret", () => {
        assert.deepEqual(provider.secretOutputs(at("PrivateKey").type), ["privateKeyPem", "privateKeyPemPkcs8"]);
    });
});
