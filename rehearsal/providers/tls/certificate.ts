import { randomBytes, webcrypto } from "node:crypto";

// The library finds its parts through metadata, which must be there before it loads.
import "reflect-metadata";

import * as x509 from "@peculiar/x509";

import { type Plain, type PlainMap } from "../../engine/values/property.ts";
import { type CheckFailure } from "../../engine/plugins/provider.ts";
import { type Generator, strings } from "../generated.ts";
import { type SigningKey, signingKey } from "./private-key.ts";

x509.cryptoProvider.set(webcrypto);

const keyUsages: Readonly<Record<string, number>> = {
    digital_signature: x509.KeyUsageFlags.digitalSignature,
    content_commitment: x509.KeyUsageFlags.nonRepudiation,
    key_encipherment: x509.KeyUsageFlags.keyEncipherment,
    data_encipherment: x509.KeyUsageFlags.dataEncipherment,
    key_agreement: x509.KeyUsageFlags.keyAgreement,
    cert_signing: x509.KeyUsageFlags.keyCertSign,
    crl_signing: x509.KeyUsageFlags.cRLSign,
    encipher_only: x509.KeyUsageFlags.encipherOnly,
    decipher_only: x509.KeyUsageFlags.decipherOnly,
};

const extendedKeyUsages: Readonly<Record<string, string>> = {
    any_extended: "2.5.29.37.0",
    server_auth: x509.ExtendedKeyUsage.serverAuth,
    client_auth: x509.ExtendedKeyUsage.clientAuth,
    code_signing: x509.ExtendedKeyUsage.codeSigning,
    email_protection: x509.ExtendedKeyUsage.emailProtection,
    timestamping: x509.ExtendedKeyUsage.timeStamping,
    ocsp_signing: x509.ExtendedKeyUsage.ocspSigning,
};

const subjectParts = [
    ["country", "C"],
    ["organization", "O"],
    ["organizationalUnit", "OU"],
    ["locality", "L"],
    ["province", "ST"],
    ["streetAddresses", "2.5.4.9"],
    ["postalCode", "2.5.4.17"],
    ["commonName", "CN"],
    ["serialNumber", "2.5.4.5"],
    ["emailAddress", "E"],
] as const;

const hour = 3_600_000;
const names = ["subject", "dnsNames", "ipAddresses", "uris"];
const lifetime = [
    "allowedUses",
    "earlyRenewalHours",
    "isCaCertificate",
    "maxPathLength",
    "setSubjectKeyId",
    "validityPeriodHours",
];

const issued = {
    inPlace: ["earlyRenewalHours"],
    defaults: { earlyRenewalHours: 0, isCaCertificate: false, maxPathLength: -1, setSubjectKeyId: false },
    problem: wrongUse,
    due: (outputs: PlainMap, inputs: PlainMap) =>
        readyForRenewal(outputs.validityEndTime, inputs.earlyRenewalHours) ? "readyForRenewal" : undefined,
};

export const selfSignedCert: Generator = {
    ...issued,
    inputs: [...names, ...lifetime, "privateKeyPem", "setAuthorityKeyId"],
    required: ["allowedUses", "privateKeyPem", "validityPeriodHours"],
    defaults: { ...issued.defaults, setAuthorityKeyId: false },
    secrets: ["privateKeyPem"],
    generate: async (inputs) => {
        const { pair, signs, algorithm } = await signingKey(String(inputs.privateKeyPem), "privateKeyPem");
        const subject = subjectOf(inputs);
        const authority = inputs.setAuthorityKeyId === true ? pair.publicKey : undefined;
        const issuer = { name: subject, key: pair.privateKey, signs, authority };
        const outputs = await issue(inputs, subject, alternatives(inputs), pair.publicKey, issuer);
        return { id: String(outputs.id), outputs: { ...outputs.values, keyAlgorithm: algorithm } };
    },
};

export const locallySignedCert: Generator = {
    ...issued,
    inputs: [...lifetime, "caCertPem", "caPrivateKeyPem", "certRequestPem"],
    required: ["allowedUses", "caCertPem", "caPrivateKeyPem", "certRequestPem", "validityPeriodHours"],
    secrets: ["caPrivateKeyPem"],
    generate: async (inputs) => {
        const { pair, signs, algorithm } = await signingKey(String(inputs.caPrivateKeyPem), "caPrivateKeyPem");
        const ca = new x509.X509Certificate(String(inputs.caCertPem));
        if (
            !Buffer.from(ca.publicKey.rawData).equals(
                Buffer.from(await webcrypto.subtle.exportKey("spki", pair.publicKey)),
            )
        ) {
            throw new Error("caPrivateKeyPem is not the key of caCertPem: give the pair of one CA");
        }
        const request = new x509.Pkcs10CertificateRequest(String(inputs.certRequestPem));
        if (!(await request.verify())) {
            throw new Error("certRequestPem has no valid signature: make it with tls.CertRequest");
        }
        const issuer = { name: ca.subjectName, key: pair.privateKey, signs, authority: ca.publicKey };
        const asked = request.getExtension("2.5.29.17");
        const key = await request.publicKey.export();
        const { id, values } = await issue(inputs, request.subjectName, asked ? [asked] : [], key, issuer);
        return { id, outputs: { ...values, caKeyAlgorithm: algorithm } };
    },
};

export const certRequest: Generator = {
    inputs: [...names, "privateKeyPem"],
    required: ["privateKeyPem"],
    secrets: ["privateKeyPem"],
    generate: async (inputs) => {
        const { pair, signs, algorithm } = await signingKey(String(inputs.privateKeyPem), "privateKeyPem");
        const request = await x509.Pkcs10CertificateRequestGenerator.create({
            name: subjectOf(inputs),
            keys: pair,
            signingAlgorithm: signs,
            extensions: alternatives(inputs),
        });
        const outputs = { certRequestPem: `${request.toString("pem")}\n`, keyAlgorithm: algorithm };
        return { id: randomBytes(16).toString("hex"), outputs };
    },
};

interface Issuer {
    readonly name: x509.Name;
    readonly key: webcrypto.CryptoKey;
    readonly signs: SigningKey["signs"];
    /** The key that the authority key identifier names; none for a certificate without one. */
    readonly authority: webcrypto.CryptoKey | x509.PublicKey | undefined;
}

async function issue(
    inputs: PlainMap,
    subject: x509.Name,
    alternative: x509.Extension[],
    publicKey: webcrypto.CryptoKey,
    issuer: Issuer,
): Promise<{ id: string; values: PlainMap }> {
    const uses = strings(inputs.allowedUses);
    const usage = uses.reduce((flags, use) => flags | (keyUsages[use] ?? 0), 0);
    const extended = uses.flatMap((use) => extendedKeyUsages[use] ?? []);
    const isCa = inputs.isCaCertificate === true;
    const path = Number(inputs.maxPathLength);
    const start = new Date(Math.floor(Date.now() / 1000) * 1000);
    const end = new Date(start.getTime() + Number(inputs.validityPeriodHours) * hour);
    const extensions: x509.Extension[] = [
        ...(usage ? [new x509.KeyUsagesExtension(usage, true)] : []),
        ...(extended.length > 0 ? [new x509.ExtendedKeyUsageExtension(extended)] : []),
        new x509.BasicConstraintsExtension(isCa, isCa && path >= 0 ? path : undefined, true),
        ...(isCa || inputs.setSubjectKeyId === true
            ? [await x509.SubjectKeyIdentifierExtension.create(publicKey)]
            : []),
        ...(issuer.authority ? [await x509.AuthorityKeyIdentifierExtension.create(issuer.authority)] : []),
        ...alternative,
    ];
    // A serial number is a positive integer: its first bit stays 0, and so does its first byte from being 0.
    const serialNumber = `4${randomBytes(16).toString("hex").slice(1)}`;
    const certificate = await x509.X509CertificateGenerator.create({
        ...{ serialNumber, subject, issuer: issuer.name, notBefore: start, notAfter: end, publicKey, extensions },
        signingKey: issuer.key,
        signingAlgorithm: issuer.signs,
    });
    const values = {
        certPem: `${certificate.toString("pem")}\n`,
        validityStartTime: stamp(start),
        validityEndTime: stamp(end),
        readyForRenewal: readyForRenewal(stamp(end), inputs.earlyRenewalHours),
    };
    return { id: BigInt(`0x${serialNumber}`).toString(), values };
}

const stamp = (time: Date): string => time.toISOString().replace(".000Z", "Z");

function readyForRenewal(end: Plain | undefined, earlyHours: Plain | undefined): boolean {
    return typeof end === "string" && Date.now() >= Date.parse(end) - Number(earlyHours ?? 0) * hour;
}

function wrongUse({ allowedUses }: PlainMap): CheckFailure | undefined {
    const wrong = Array.isArray(allowedUses)
        ? allowedUses.find((use) => typeof use === "string" && !(use in keyUsages) && !(use in extendedKeyUsages))
        : undefined;
    const known = [...Object.keys(keyUsages), ...Object.keys(extendedKeyUsages)].join(", ");
    return wrong === undefined ? undefined : { property: "allowedUses", reason: `has ${String(wrong)}: use ${known}` };
}

function subjectOf(inputs: PlainMap): x509.Name {
    const given = (inputs.subject ?? {}) as PlainMap;
    return new x509.Name(
        subjectParts.flatMap(([field, type]) => {
            const values = Array.isArray(given[field])
                ? strings(given[field])
                : given[field] === undefined
                  ? []
                  : [String(given[field])];
            return values.map((value) => ({ [type]: [value] }));
        }),
    );
}

function alternatives(inputs: PlainMap): x509.Extension[] {
    const all = [
        ...strings(inputs.dnsNames).map((value) => ({ type: "dns" as const, value })),
        ...strings(inputs.ipAddresses).map((value) => ({ type: "ip" as const, value })),
        ...strings(inputs.uris).map((value) => ({ type: "url" as const, value })),
    ];
    return all.length > 0 ? [new x509.SubjectAlternativeNameExtension(all)] : [];
}
