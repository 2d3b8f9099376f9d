import { createPrivateKey, type KeyObject, randomBytes, type webcrypto, X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

// @peculiar/x509 needs it before its own first line.
import "reflect-metadata";

import * as x509 from "@peculiar/x509";
import writeFileAtomic from "write-file-atomic";

x509.cryptoProvider.set(globalThis.crypto);

/** A certificate and its key, as files that a program is given the names of. */
export interface KeyPairFiles {
    readonly certificateFile: string;
    readonly keyFile: string;
}

/** What a certificate says. */
export interface Subject {
    readonly commonName: string;
    /** For a client: its groups. */
    readonly organizations?: readonly string[];
    /** For a server: the names and addresses that it answers to. Without any it is a client's. */
    readonly hosts?: readonly string[];
    /** For what is a server to some and a client to others. Defaults to false when there are hosts. */
    readonly client?: boolean;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY = 24 * 60 * 60 * 1000;
const AUTHORITY_DAYS = 3650;
const LEAF_DAYS = 365;
/** What has less than this left is made again at the next start. */
const RENEW_BEFORE_DAYS = 30;

/** A certificate authority kept in a folder. It makes its own files and what it signs once, and again when due. */
export class Authority {
    public readonly certificateFile: string;
    private readonly folder: string;
    private readonly certificate: X509Certificate;
    private readonly key: KeyObject;

    private constructor(folder: string, files: KeyPairFiles) {
        this.folder = folder;
        this.certificateFile = files.certificateFile;
        this.certificate = new X509Certificate(readFileSync(files.certificateFile));
        this.key = createPrivateKey(readFileSync(files.keyFile));
    }

    /** Opens the authority called `name` in the folder, or makes it. */
    public static async open(folder: string, name: string): Promise<Authority> {
        const files = filesOf(folder, name);
        if (!isUsable(files, (certificate) => certificate.ca)) {
            const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
            const certificate = await x509.X509CertificateGenerator.createSelfSigned({
                ...identity([["CN", name]], AUTHORITY_DAYS),
                keys,
                signingAlgorithm: ALGORITHM,
                extensions: [
                    new x509.BasicConstraintsExtension(true, 0, true),
                    new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
                    await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
                ],
            });
            await write(files, certificate, keys.privateKey);
        }
        return new Authority(folder, files);
    }

    /** The certificate called `name`, signed by this authority: the one of last time while it will do. */
    public async issue(name: string, subject: Subject): Promise<KeyPairFiles> {
        const files = filesOf(this.folder, name);
        if (!isUsable(files, (certificate) => this.signed(certificate) && says(certificate, subject))) {
            const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
            const certificate = await x509.X509CertificateGenerator.create({
                ...identity(nameOf(subject), LEAF_DAYS),
                issuer: new x509.X509Certificate(this.certificate.raw).subjectName.toJSON(),
                publicKey: keys.publicKey,
                signingKey: await this.signingKey(),
                signingAlgorithm: ALGORITHM,
                extensions: [
                    new x509.BasicConstraintsExtension(false, undefined, true),
                    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
                    new x509.ExtendedKeyUsageExtension(usagesOf(subject)),
                    await x509.AuthorityKeyIdentifierExtension.create(new x509.X509Certificate(this.certificate.raw)),
                    ...alternativeNames(subject.hosts ?? []),
                ],
            });
            await write(files, certificate, keys.privateKey);
        }
        return files;
    }

    private signed(certificate: X509Certificate): boolean {
        return certificate.checkIssued(this.certificate) && certificate.verify(this.certificate.publicKey);
    }

    private signingKey(): Promise<webcrypto.CryptoKey> {
        const pkcs8 = this.key.export({ format: "der", type: "pkcs8" });
        return crypto.subtle.importKey("pkcs8", new Uint8Array(pkcs8), ALGORITHM, false, ["sign"]);
    }
}

function filesOf(folder: string, name: string): KeyPairFiles {
    return { certificateFile: join(folder, `${name}.crt`), keyFile: join(folder, `${name}.key`) };
}

/** Whether both files are there and whole, belong together, will last, and the certificate is what is wanted. */
function isUsable(files: KeyPairFiles, wanted: (certificate: X509Certificate) => boolean): boolean {
    if (!existsSync(files.certificateFile) || !existsSync(files.keyFile)) {
        return false;
    }
    try {
        const certificate = new X509Certificate(readFileSync(files.certificateFile));
        return (
            certificate.checkPrivateKey(createPrivateKey(readFileSync(files.keyFile))) &&
            certificate.validToDate.getTime() - Date.now() > RENEW_BEFORE_DAYS * DAY &&
            wanted(certificate)
        );
    } catch (error) {
        // Node's codes for what is no PEM, no certificate or no key: a torn file, which is written again.
        if (String((error as NodeJS.ErrnoException).code).startsWith("ERR_OSSL_")) {
            return false;
        }
        throw error;
    }
}

function says(certificate: X509Certificate, subject: Subject): boolean {
    const usages = new Set(certificate.keyUsage);
    const hosts = (certificate.subjectAltName ?? "")
        .split(", ")
        .map((entry) => entry.replace(/^(DNS|IP Address):/, ""));
    return (
        certificate.subject.split("\n").sort().join() ===
            nameOf(subject)
                .map((pair) => pair.join("="))
                .sort()
                .join() &&
        (subject.hosts ?? []).every((host) => hosts.includes(host)) &&
        usagesOf(subject).every((usage) => usages.has(usage))
    );
}

function nameOf(subject: Subject): [string, string][] {
    return [
        ...(subject.organizations ?? []).map((organization): [string, string] => ["O", organization]),
        ["CN", subject.commonName],
    ];
}

function usagesOf(subject: Subject): string[] {
    const server = subject.hosts !== undefined;
    return [
        ...(server ? [x509.ExtendedKeyUsage.serverAuth] : []),
        ...((subject.client ?? !server) ? [x509.ExtendedKeyUsage.clientAuth] : []),
    ];
}

function alternativeNames(hosts: readonly string[]): x509.Extension[] {
    const names = hosts.map((value) => ({ type: /^[\d.]+$/.test(value) ? ("ip" as const) : ("dns" as const), value }));
    return names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)];
}

function identity(name: [string, string][], days: number) {
    return {
        // Positive, as the standard wants it: the first bit is the sign.
        serialNumber: `01${randomBytes(15).toString("hex")}`,
        [days === AUTHORITY_DAYS ? "name" : "subject"]: name.map(([key, value]) => ({ [key]: [value] })),
        // A clock that is set back a little must not make what was just signed invalid.
        notBefore: new Date(Date.now() - 5 * 60 * 1000),
        notAfter: new Date(Date.now() + days * DAY),
    };
}

async function write(files: KeyPairFiles, certificate: x509.X509Certificate, key: webcrypto.CryptoKey): Promise<void> {
    const pkcs8 = await crypto.subtle.exportKey("pkcs8", key);
    // The key first: a certificate without its key is found out at the next start, and made again.
    await writeFileAtomic(files.keyFile, x509.PemConverter.encode(pkcs8, "PRIVATE KEY"), { mode: 0o600 });
    await writeFileAtomic(files.certificateFile, certificate.toString("pem"), { mode: 0o600 });
}
