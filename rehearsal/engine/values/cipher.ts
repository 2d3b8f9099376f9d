import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { EngineError } from "../engine-error.ts";

/** Where a passphrase came from is said when it turns out to be the wrong one. */
export interface Passphrase {
    readonly value: string;
    readonly source: string;
}

/** From the environment as Pulumi takes it, else from a key file that the first `up` makes. */
export async function passphrase(stateFolder: string): Promise<Passphrase> {
    const { PULUMI_CONFIG_PASSPHRASE: value, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
    if (value !== undefined) {
        return { value, source: "PULUMI_CONFIG_PASSPHRASE" };
    }
    if (file !== undefined) {
        return { value: (await readFile(file, "utf8")).trim(), source: `PULUMI_CONFIG_PASSPHRASE_FILE (${file})` };
    }
    const keyFile = join(stateFolder, "passphrase");
    await mkdir(stateFolder, { recursive: true, mode: 0o700 });
    try {
        await writeFile(keyFile, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx", flush: true });
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
            throw error;
        }
    }
    return { value: await readFile(keyFile, "utf8"), source: keyFile };
}

// A million rounds take a third of a second, so a key is derived once per process.
const keys = new Map<string, Promise<Buffer>>();

function derive(value: string, salt: string): Promise<Buffer> {
    const name = JSON.stringify([value, salt]);
    const key = keys.get(name) ?? promisify(pbkdf2)(value, Buffer.from(salt, "base64"), 1_000_000, 32, "sha256");
    keys.set(name, key);
    return key;
}

/** Pulumi's passphrase secrets provider, version 1: AES-256-GCM under a key derived with PBKDF2. */
export class Cipher {
    /** `v1:<salt>:<an encrypted word to know the right passphrase by>`; Pulumi's `encryptionsalt`. */
    public readonly salt: string;
    readonly #key: Buffer;

    private constructor(salt: string, key: Buffer) {
        this.salt = salt;
        this.#key = key;
    }

    static async create(by: Passphrase): Promise<Cipher> {
        const salt = randomBytes(8).toString("base64");
        const key = await derive(by.value, salt);
        return new Cipher(`v1:${salt}:${new Cipher("", key).encrypt("pulumi")}`, key);
    }

    /** `what` is the file that the salt stands in. */
    static async open(by: Passphrase, salt: string, what: string): Promise<Cipher> {
        const [version, bytes, ...check] = salt.split(":");
        if (version !== "v1" || bytes === undefined) {
            throw new EngineError(`${what}: the salt "${salt}" is not of the form v1:<salt>:v1:<nonce>:<check>`);
        }
        const cipher = new Cipher(salt, await derive(by.value, bytes));
        try {
            cipher.decrypt(check.join(":"));
        } catch {
            throw new EngineError(
                `${what}: wrong passphrase. It came from ${by.source}; give the one that the stack was made with in ` +
                    `PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE (unset both for the generated key file)`,
            );
        }
        return cipher;
    }

    encrypt(plaintext: string): string {
        const nonce = randomBytes(12);
        const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
        const sealed = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
        return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
    }

    decrypt(ciphertext: string): string {
        const [version, nonce, sealed] = ciphertext.split(":");
        if (version !== "v1" || nonce === undefined || sealed === undefined) {
            throw new EngineError("a ciphertext is not of the form v1:<nonce>:<sealed>");
        }
        const bytes = Buffer.from(sealed, "base64");
        const cipher = createDecipheriv("aes-256-gcm", this.#key, Buffer.from(nonce, "base64"), { authTagLength: 16 });
        cipher.setAuthTag(bytes.subarray(-16));
        return cipher.update(bytes.subarray(0, -16), undefined, "utf8") + cipher.final("utf8");
    }
}
