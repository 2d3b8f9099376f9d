import assert from "node:assert/strict";
import { X509Certificate, createPrivateKey, createPublicKey } from "node:crypto";

import { type V1ConfigMap, type V1Secret } from "@kubernetes/client-node";

import { sharedStage } from "./shared-stage.ts";
import { type Stage } from "./stage.ts";

const certificatePattern = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
const keyPattern = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+?-----END [A-Z ]*PRIVATE KEY-----/g;

const decode = (value: string | undefined): string => Buffer.from(value ?? "", "base64").toString("utf8");

const certificates = (pem: string): X509Certificate[] =>
    (pem.match(certificatePattern) ?? []).map((one) => new X509Certificate(one));

const publicKeyOf = (certificate: X509Certificate): string =>
    certificate.publicKey.export({ type: "spki", format: "pem" }).toString();

async function bundle(stage: Stage): Promise<string> {
    const maps = await stage.objects<V1ConfigMap>("configmaps");
    const map = maps.find(
        ({ metadata }) => metadata?.namespace === "linkerd" && metadata.name === "linkerd-identity-trust-roots",
    );
    return map?.data?.["ca-bundle.crt"] ?? "";
}

async function issuerSecret(stage: Stage): Promise<V1Secret> {
    const { stdout, exitCode, output } = await stage.kubectl(
        ..."get secret linkerd-identity-issuer -n linkerd -o json".split(" "),
    );
    assert.equal(exitCode, 0, output);
    return JSON.parse(stdout) as V1Secret;
}

describe("the certificates of the mesh", function () {
    let stage: Stage;

    before(async () => {
        ({ stage } = await sharedStage());
    });

    it("chain from the issuer through the signing CA to the one root of the bundle", async () => {
        const [root, ...others] = certificates(await bundle(stage));
        const secret = await issuerSecret(stage);
        const [issuer, signing] = certificates(decode(secret.data?.["tls.crt"]));
        assert.ok(root && issuer && signing && others.length === 0);
        assert.ok(issuer.checkIssued(signing) && issuer.verify(signing.publicKey));
        assert.ok(signing.checkIssued(root) && signing.verify(root.publicKey));
        assert.ok(root.verify(root.publicKey));
        assert.equal(decode(secret.data?.["ca.crt"]).trim(), root.toString().trim());
    });

    it("use ECDSA on P-256 for every key that Linkerd checks", async () => {
        const secret = await issuerSecret(stage);
        const chain = [...certificates(await bundle(stage)), ...certificates(decode(secret.data?.["tls.crt"]))];
        for (const certificate of chain) {
            assert.equal(certificate.publicKey.asymmetricKeyDetails?.namedCurve, "prime256v1", certificate.subject);
        }
    });

    it("leave the root's private key out of every object in the cluster", async () => {
        const [root] = certificates(await bundle(stage));
        assert.ok(root);
        const [secrets, maps] = await Promise.all([
            stage.objects<V1Secret>("secrets"),
            stage.objects<V1ConfigMap>("configmaps"),
        ]);
        const texts = [
            ...secrets.flatMap(({ data }) => Object.values(data ?? {}).map(decode)),
            ...maps.flatMap(({ data }) => Object.values(data ?? {})),
        ];
        const keys = texts.flatMap((text) => text.match(keyPattern) ?? []);
        const publicKeys = keys.map((pem) =>
            createPublicKey(createPrivateKey(pem)).export({ type: "spki", format: "pem" }).toString(),
        );
        // The signing CA's key must be among them, or the search would find nothing whatever it was given.
        const [, signing] = certificates(decode((await issuerSecret(stage)).data?.["tls.crt"]));
        assert.ok(signing && publicKeys.includes(publicKeyOf(signing)));
        assert.ok(!publicKeys.includes(publicKeyOf(root)), "the root's private key is in the cluster");
    });

    it("renew by themselves, twice, under the same bundle", async () => {
        const bundleBefore = await bundle(stage);
        const [root] = certificates(bundleBefore);
        assert.ok(root);
        const patch = (spec: object): Promise<unknown> =>
            stage.kubectl(
                ..."patch certificate linkerd-identity-issuer -n linkerd --type merge -p".split(" "),
                JSON.stringify({ spec }),
            );
        const original = JSON.parse(
            (await stage.kubectl(..."get certificate linkerd-identity-issuer -n linkerd -o json".split(" "))).stdout,
        ) as { spec: { duration: string; renewBefore: string }; status: { revision: number } };

        try {
            await patch({ duration: "1h", renewBefore: "59m52s" });
            // The shortened certificate itself is one revision; two more come only from the clock.
            const renewed = original.status.revision + 3;
            const { exitCode, output } = await stage.kubectl(
                ..."wait certificate/linkerd-identity-issuer -n linkerd --timeout=120s".split(" "),
                `--for=jsonpath={.status.revision}=${String(renewed)}`,
            );
            assert.equal(exitCode, 0, output);
            const [issuer, signing] = certificates(decode((await issuerSecret(stage)).data?.["tls.crt"]));
            assert.ok(issuer && signing);
            assert.ok(issuer.verify(signing.publicKey) && signing.verify(root.publicKey));
            assert.equal(await bundle(stage), bundleBefore);
        } finally {
            await patch({ duration: original.spec.duration, renewBefore: original.spec.renewBefore });
        }
    });
});
