import { readFileSync } from "node:fs";
import { basename, join } from "node:path";

import writeFileAtomic from "write-file-atomic";
import { type Document, parseDocument } from "yaml";

import { addressOf, readPorts } from "./cluster/ports.ts";
import { Cipher, passphrase } from "./engine/cipher.ts";
import { clientSecret } from "./identity-provider/client-secret.ts";
import { type Place } from "./place.ts";

/** What a stack that is deployed into a place leaves open, because it differs from checkout to checkout. */
export interface PlaceSettings {
    readonly airflowUrl: string;
    readonly issuer: string;
    /** Sealed with the file's own salt. */
    readonly clientSecret: string;
}

/**
 * The file that the rehearsal deploys from: the stack's own, with what only the place knows filled in. It is a stack's
 * file as Pulumi writes it, so that `pulumi --config-file` takes it too. The stack's own file stays as it is, and is
 * given back when it leaves nothing open.
 */
export async function stackFile(at: Place, source: string): Promise<string> {
    const { airflow, identityProvider } = readPorts(at);
    if (airflow === undefined || identityProvider === undefined) {
        return source;
    }
    const document = parseDocument(readFileSync(source, "utf8"));
    const given = document.get("encryptionsalt") as string | undefined;
    const secret = await clientSecret(at);
    const sealed =
        given === undefined
            ? secret.sealed
            : (await Cipher.open(await passphrase(at.state), given, source)).encrypt(secret.value);
    const filled = fillIn(document, {
        airflowUrl: addressOf(airflow),
        issuer: addressOf(identityProvider),
        clientSecret: sealed,
    });
    if (!filled) {
        return source;
    }
    document.set("encryptionsalt", given ?? secret.salt);
    document.commentBefore = ` Written by the rehearsal from ${source}, with what only this place knows: change that file.`;
    const file = join(at.root, basename(source));
    writeFileAtomic.sync(file, document.toString(), { mode: 0o600 });
    return file;
}

/**
 * Sets what the stack leaves open: the address of an Airflow that has none, and the provider of a login that names none.
 * Returns whether that was anything.
 */
export function fillIn(document: Document, settings: PlaceSettings): boolean {
    const airflow = ["config", "airflow-linkerd:airflow"];
    const login = ["config", "airflow-linkerd:login"];
    const has = (section: readonly string[], key: string) => document.hasIn([...section, key]);
    const needsUrl = document.hasIn(airflow) && !has(airflow, "hostname") && !has(airflow, "url");
    const needsProvider = document.hasIn(login) && !has(login, "issuer") && !has(login, "clientSecret");
    if (needsUrl) {
        document.setIn([...airflow, "url"], settings.airflowUrl);
    }
    if (needsProvider) {
        document.setIn([...login, "issuer"], settings.issuer);
        document.setIn([...login, "clientSecret"], document.createNode({ secure: settings.clientSecret }));
    }
    return needsUrl || needsProvider;
}
