import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { Cipher, passphrase } from "../engine/values/cipher.ts";
import { type Place } from "../place.ts";

/** By what the rehearsal's provider knows Airflow, as a stack's file holds a secret: sealed, with the seal's salt. */
export interface ClientSecret {
    readonly value: string;
    readonly sealed: string;
    readonly salt: string;
}

interface Kept {
    readonly encryptionsalt: string;
    readonly clientSecret: { readonly secure: string };
}

/** The place's own. Made once, and kept under the passphrase of the place's stacks. */
export async function clientSecret(at: Place): Promise<ClientSecret> {
    const file = join(at.cluster, "login-client.json");
    const by = await passphrase(at.state);
    const kept = await read(file);
    if (kept !== undefined) {
        const {
            encryptionsalt: salt,
            clientSecret: { secure: sealed },
        } = kept;
        return { value: (await Cipher.open(by, salt, file)).decrypt(sealed), sealed, salt };
    }
    const cipher = await Cipher.create(by);
    const made: Kept = {
        encryptionsalt: cipher.salt,
        clientSecret: { secure: cipher.encrypt(randomBytes(32).toString("base64url")) },
    };
    await mkdir(at.cluster, { recursive: true, mode: 0o700 });
    const whole = `${file}.${randomBytes(4).toString("hex")}`;
    await writeFile(whole, JSON.stringify(made), { mode: 0o600, flush: true });
    try {
        await link(whole, file);
    } catch (error) {
        // Another run was faster: its is the one.
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
            throw error;
        }
    } finally {
        await rm(whole);
    }
    return clientSecret(at);
}

async function read(file: string): Promise<Kept | undefined> {
    try {
        return JSON.parse(await readFile(file, "utf8")) as Kept;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return undefined;
        }
        throw error;
    }
}
