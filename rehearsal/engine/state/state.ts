import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

import writeFileAtomic from "write-file-atomic";

import { Cipher, type Passphrase } from "../values/cipher.ts";
import { EngineError, reason } from "../engine-error.ts";
import { mapValues, type Property, type PropertyMap, type Secret } from "../values/property.ts";
import { fromJson, type Json, toJson } from "../program/wire.ts";

/** One resource, as Pulumi's deployment format (version 3) names its fields. */
export interface ResourceState {
    readonly urn: string;
    readonly custom: boolean;
    readonly type: string;
    readonly id?: string;
    readonly inputs: PropertyMap;
    readonly outputs: PropertyMap;
    readonly parent?: string;
    readonly dependencies?: readonly string[];
    readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
    /** `<urn>::<id>` of the provider resource. */
    readonly provider?: string;
    readonly protect?: boolean;
    readonly retainOnDelete?: boolean;
    readonly additionalSecretOutputs?: readonly string[];
    readonly aliases?: readonly string[];
    /** Seconds. */
    readonly customTimeouts?: Readonly<Partial<Record<"create" | "update" | "delete" | "read", number>>>;
    /** Read, not made: never deleted. */
    readonly external?: boolean;
    /** Replaced, and waiting to be deleted. */
    readonly delete?: boolean;
    /** Made, but not what was asked for. */
    readonly initErrors?: readonly string[];
    readonly created?: string;
    readonly modified?: string;
}

/** The URN of the resource's provider; undefined for what has none, as components and providers. */
export function providerUrn({ provider }: Pick<ResourceState, "provider">): string | undefined {
    return provider?.replace(/::[^:]*$/, "");
}

export interface PendingOperation {
    readonly resource: ResourceState;
    readonly type: "creating" | "updating" | "deleting" | "reading";
}

export interface Snapshot {
    readonly resources: readonly ResourceState[];
    readonly pending: readonly PendingOperation[];
}

/** What the manifest names as the version of the engine that wrote it. */
const ENGINE_VERSION = "airflow-linkerd rehearsal";

/** Pulumi takes a state for damaged whose manifest has another magic than this of its version. */
const MAGIC = createHash("sha256").update(ENGINE_VERSION).digest("hex");

/** A stack's state file: read once, rewritten whole and atomically, mode 0600. */
export class StateFile {
    readonly #file: string;
    readonly #cipher: Cipher;
    /** Each resource's secrets by plaintext, so that what did not change keeps its ciphertext. */
    readonly #sealed = new Map<string, string>();
    readonly #encoded = new WeakMap<ResourceState, Json>();
    #next: Promise<void> | undefined;
    #writing: Promise<void> = Promise.resolve();

    private constructor(file: string, cipher: Cipher) {
        this.#file = file;
        this.#cipher = cipher;
    }

    /** `salt` is the one of the stack's config file, if it has one. */
    static async create(file: string, by: Passphrase, salt: string | undefined): Promise<StateFile> {
        return new StateFile(file, await (salt === undefined ? Cipher.create(by) : Cipher.open(by, salt, file)));
    }

    /** Undefined when there is no such file. */
    static async read(
        file: string,
        by: () => Promise<Passphrase>,
    ): Promise<(Snapshot & { readonly state: StateFile }) | undefined> {
        const text = await readIfThere(file);
        if (text === undefined) {
            return undefined;
        }
        const { secrets_providers: secrets, resources = [], pending_operations: pending = [] } = parse(text, file);
        const state = new StateFile(file, await Cipher.open(await by(), secrets.state.salt, file));
        return {
            state,
            resources: resources.map((resource) => state.#decodeResource(resource)),
            pending: pending.map(({ resource, type }) => ({ resource: state.#decodeResource(resource), type })),
        };
    }

    /** Resolves once a snapshot taken after this call is on disk. Calls that come during a write share the next one. */
    save(snapshot: () => Snapshot): Promise<void> {
        this.#next ??= this.#writing.then(() => {
            this.#next = undefined;
            this.#writing = writeFileAtomic(this.#file, this.#render(snapshot()), { mode: 0o600 });
            return this.#writing;
        });
        return this.#next;
    }

    #render({ resources, pending }: Snapshot): string {
        const deployment = {
            manifest: { time: new Date().toISOString(), magic: MAGIC, version: ENGINE_VERSION },
            secrets_providers: { type: "passphrase", state: { salt: this.#cipher.salt } },
            resources: resources.map((resource) => this.#encodeResource(resource)),
            pending_operations: pending.map(({ resource, type }) => ({
                resource: this.#encodeResource(resource),
                type,
            })),
        };
        return JSON.stringify({ version: 3, deployment }, undefined, 1);
    }

    #encodeResource(resource: ResourceState): Json {
        const seal = (secret: Secret, json: (value: Property) => unknown): Json => {
            const plaintext = JSON.stringify(json(secret.value));
            const name = `${resource.urn} ${plaintext}`;
            const ciphertext = this.#sealed.get(name) ?? this.#cipher.encrypt(plaintext);
            this.#sealed.set(name, ciphertext);
            return { ciphertext };
        };
        const { inputs, outputs } = resource;
        const json = this.#encoded.get(resource) ?? {
            ...resource,
            inputs: toJson(inputs, seal),
            outputs: toJson(outputs, seal),
        };
        this.#encoded.set(resource, json);
        return json;
    }

    #decodeResource(json: Json): ResourceState {
        const open = ({ ciphertext }: Json): Property => {
            const plaintext = this.#cipher.decrypt(String(ciphertext));
            this.#sealed.set(`${String(json.urn)} ${plaintext}`, String(ciphertext));
            return fromJson(JSON.parse(plaintext), open);
        };
        const { inputs = {}, outputs = {}, propertyDependencies } = json;
        // Pulumi writes null where a property depends on nothing.
        const dependencies = mapValues(
            (propertyDependencies ?? {}) as Record<string, string[] | null>,
            (urns) => urns ?? [],
        );
        const plain = {
            ...json,
            inputs: fromJson(inputs, open),
            outputs: fromJson(outputs, open),
            propertyDependencies: dependencies,
        };
        const resource = plain as unknown as ResourceState;
        this.#encoded.set(resource, json);
        return resource;
    }
}

interface Deployment {
    readonly secrets_providers: { type: string; state: { salt: string } };
    readonly resources?: Json[];
    readonly pending_operations?: { resource: Json; type: PendingOperation["type"] }[];
}

function parse(text: string, file: string): Deployment {
    const way = "restore it from a copy, or move it away to begin anew";
    try {
        const { version, deployment } = JSON.parse(text) as { version: number; deployment: Deployment };
        if (version === 3 && deployment.secrets_providers.type === "passphrase") {
            return deployment;
        }
    } catch (error) {
        throw new EngineError(`The state file ${file} cannot be read (${reason(error)}): ${way}`);
    }
    throw new EngineError(`The state file ${file} is not a version 3 deployment with a passphrase provider: ${way}`);
}

export async function readIfThere(file: string): Promise<string | undefined> {
    try {
        return await readFile(file, "utf8");
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return undefined;
        }
        throw error;
    }
}
