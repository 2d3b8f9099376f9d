import { createHash, randomBytes } from "node:crypto";

import { type V1Secret } from "@kubernetes/client-node";

import { secrets } from "../../../components/airflow/names.ts";
import { loginObjects } from "../../../components/identity/login-values.ts";

/** What the DAG `surroundings` is given to search for. */
export interface Fingerprint {
    readonly name: string;
    readonly length: number;
    readonly sha256: string;
}

/** What no task may see, by a name for people. */
export type KnownSecrets = Readonly<Record<string, string>>;

/** What Airflow puts into a task's environment in the place of the database's address. It is the same everywhere. */
export const placeholder = { name: "no database", value: "airflow-db-not-allowed:///" } as const;

/** Read from the cluster, true as they are. Fails when one of them is not there. */
export function knownSecrets(objects: readonly V1Secret[]): KnownSecrets {
    const value = ({ name, key }: { name: string; key: string }): string => {
        const data = objects.find(({ metadata }) => metadata?.name === name && metadata.namespace === "airflow")?.data;
        const encoded = data?.[key];
        if (!encoded) {
            throw new Error(`there is no Secret ${name} with ${key}`);
        }
        return Buffer.from(encoded, "base64").toString("utf8");
    };
    const password = (secret: { name: string; key: string }) => decodeURIComponent(new URL(value(secret)).password);
    return {
        [secrets.metadata.name]: value(secrets.metadata),
        [secrets.metadataDirect.name]: value(secrets.metadataDirect),
        [secrets.pgbouncerStats.name]: value(secrets.pgbouncerStats),
        "database password": password(secrets.metadata),
        "statistics password": password(secrets.pgbouncerStats),
        [secrets.fernet.name]: value(secrets.fernet),
        [secrets.jwt.name]: value(secrets.jwt),
        [secrets.apiSecret.name]: value(secrets.apiSecret),
        [loginObjects.client.name]: value(loginObjects.client),
        ...privateKeys(objects),
    };
}

/** A line from the middle of each private key. */
function privateKeys(objects: readonly V1Secret[]): KnownSecrets {
    const keys = objects
        .filter(({ type }) => type === "kubernetes.io/tls")
        .map(({ metadata, data }) => {
            const pem = Buffer.from(data?.["tls.key"] ?? "", "base64").toString("utf8");
            return [`${metadata?.namespace}/${metadata?.name}, key`, pem.split("\n")[1] ?? ""] as const;
        });
    return Object.fromEntries(keys);
}

export interface Search {
    readonly salt: string;
    readonly fingerprints: readonly Fingerprint[];
}

/** A search for these secrets, as they are and as a Secret's data holds them. Nothing of them can be read from it. */
export function searchFor(known: KnownSecrets): Search {
    const salt = randomBytes(16).toString("hex");
    const fingerprint = (name: string, secret: string): Fingerprint => ({
        name,
        length: secret.length,
        sha256: createHash("sha256")
            .update(salt + secret)
            .digest("hex"),
    });
    const fingerprints = Object.entries(known).flatMap(([name, secret]) => [
        fingerprint(name, secret),
        fingerprint(`${name}, in base64`, Buffer.from(secret).toString("base64").replace(/=+$/, "")),
    ]);
    return { salt, fingerprints };
}
