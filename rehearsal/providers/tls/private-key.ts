import {
    createHash,
    createPrivateKey,
    createPublicKey,
    generateKeyPairSync,
    type KeyObject,
    webcrypto,
} from "node:crypto";

import { type PlainMap } from "../../engine/values/property.ts";
import { type Generator } from "../generated.ts";

/** Names as the tls provider has them, with node's and the certificate library's, and the hash that suits the curve. */
const curves: Readonly<Record<string, { node: string; web?: string; hash: string }>> = {
    P224: { node: "secp224r1", hash: "SHA-256" },
    P256: { node: "prime256v1", web: "P-256", hash: "SHA-256" },
    P384: { node: "secp384r1", web: "P-384", hash: "SHA-384" },
    P521: { node: "secp521r1", web: "P-521", hash: "SHA-512" },
};

export const privateKey: Generator = {
    inputs: ["algorithm", "ecdsaCurve", "rsaBits"],
    required: ["algorithm"],
    defaults: { ecdsaCurve: "P224", rsaBits: 2048 },
    secrets: ["privateKeyPem", "privateKeyPemPkcs8"],
    problem: ({ algorithm, ecdsaCurve = "P224" }) => {
        if (!["RSA", "ECDSA", "ED25519"].includes(String(algorithm))) {
            return { property: "algorithm", reason: `is ${String(algorithm)}: one of RSA, ECDSA, ED25519` };
        }
        return String(ecdsaCurve) in curves
            ? undefined
            : { property: "ecdsaCurve", reason: `is ${String(ecdsaCurve)}: one of ${Object.keys(curves).join(", ")}` };
    },
    generate: async (inputs) => {
        const key = generate(inputs);
        const publicKeyPem = createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
        const privateKeyPemPkcs8 = key.export({ type: "pkcs8", format: "pem" }).toString();
        const traditional =
            key.asymmetricKeyType === "ec" ? "sec1" : key.asymmetricKeyType === "rsa" ? "pkcs1" : "pkcs8";
        return {
            id: createHash("sha1").update(publicKeyPem).digest("hex"),
            outputs: {
                privateKeyPem: key.export({ type: traditional, format: "pem" }).toString(),
                privateKeyPemPkcs8,
                publicKeyPem,
            },
        };
    },
};

function generate({ algorithm, ecdsaCurve, rsaBits }: PlainMap): KeyObject {
    if (algorithm === "RSA") {
        return generateKeyPairSync("rsa", { modulusLength: Number(rsaBits) }).privateKey;
    }
    const namedCurve = curves[String(ecdsaCurve)]?.node ?? "";
    return algorithm === "ED25519"
        ? generateKeyPairSync("ed25519").privateKey
        : generateKeyPairSync("ec", { namedCurve }).privateKey;
}

export interface SigningKey {
    readonly pair: webcrypto.CryptoKeyPair;
    readonly signs: { readonly name: string; readonly hash: string };
    /** As the tls provider calls it. */
    readonly algorithm: string;
}

/** A PEM private key as the certificate library wants it. */
export async function signingKey(pem: string, field: string): Promise<SigningKey> {
    let key: KeyObject;
    try {
        key = createPrivateKey(pem);
    } catch (error) {
        throw new Error(`${field} is no private key in PEM format (${(error as Error).message})`, { cause: error });
    }
    const web = webAlgorithm(key, field);
    const spki = createPublicKey(key).export({ type: "spki", format: "der" });
    const { subtle } = webcrypto;
    return {
        pair: {
            privateKey: await subtle.importKey("pkcs8", key.export({ type: "pkcs8", format: "der" }), web, true, [
                "sign",
            ]),
            publicKey: await subtle.importKey("spki", spki, web, true, ["verify"]),
        },
        signs: { name: web.name, hash: web.hash },
        algorithm: key.asymmetricKeyType === "ec" ? "ECDSA" : String(key.asymmetricKeyType).toUpperCase(),
    };
}

function webAlgorithm(key: KeyObject, field: string): { name: string; hash: string; namedCurve?: string } {
    if (key.asymmetricKeyType === "rsa") {
        return { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    }
    if (key.asymmetricKeyType === "ed25519") {
        return { name: "Ed25519", hash: "SHA-512" };
    }
    const curve = curveOf(key);
    if (!curve?.web) {
        throw new Error(`${field} is on a curve that cannot sign certificates here: use P256, P384 or P521`);
    }
    return { name: "ECDSA", hash: curve.hash, namedCurve: curve.web };
}

const curveOf = (key: KeyObject) =>
    Object.values(curves).find(({ node }) => node === key.asymmetricKeyDetails?.namedCurve);
