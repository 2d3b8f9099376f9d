import { dirname, join, resolve } from "node:path";

import { parse } from "yaml";

import { Cipher, type Passphrase } from "../values/cipher.ts";
import { isOfType } from "./config-type.ts";
import { EngineError, reason } from "../engine-error.ts";
import { isMap, mapValues, type PropertyMap, Secret } from "../values/property.ts";
import { readIfThere } from "../state/state.ts";

type Yaml = Record<string, unknown>;

/** What `Pulumi.yaml` and the stack's file say. */
export interface Project {
    readonly name: string;
    readonly folder: string;
    /** Arguments for Node itself, from `runtime.options.nodeargs`. */
    readonly nodeArguments: readonly string[];
    /** Whether Pulumi's own TypeScript loader is wanted, which is its default. */
    readonly typescript: boolean;
    /** Where the program runs, and what is started there. */
    readonly program: { readonly folder: string; readonly entry: string };
    /** By `namespace:key`, each a text, which is JSON for what is not scalar, or a secret of one. */
    readonly config: PropertyMap;
    readonly encryptionSalt: string | undefined;
}

/**
 * Reads both files. `standIn` gives what a preview shows in place of a secret that is encrypted by another secrets
 * provider than a passphrase: a key in the cloud, which a pull request from a fork may not use either. Without it such
 * a secret is an error.
 */
export async function readProject(
    folder: string,
    stack: string,
    stackFile: string | undefined,
    by: () => Promise<Passphrase>,
    standIn?: (key: string) => string,
): Promise<Project> {
    const file = join(folder, "Pulumi.yaml");
    const yaml = await readYaml(file);
    if (yaml === undefined || typeof yaml.name !== "string") {
        throw new EngineError(`${file}: there must be such a file, with the project's name`);
    }
    const runtime = isMap(yaml.runtime) ? (yaml.runtime as Yaml) : { name: yaml.runtime };
    if (runtime.name !== "nodejs") {
        throw new EngineError(`${file}: runtime is ${String(runtime.name)}; the rehearsal runs only nodejs`);
    }
    const options = (runtime.options ?? {}) as { typescript?: boolean; nodeargs?: string };
    const main = typeof yaml.main === "string" ? resolve(folder, yaml.main) : undefined;
    const wanted = stackFile ?? join(folder, `Pulumi.${stack}.yaml`);
    const found = await readYaml(wanted);
    if (found === undefined && stackFile !== undefined) {
        throw new EngineError(`${wanted}: there is no such file; it was named as the config of stack ${stack}`);
    }
    const settings = found ?? {};
    if (settings.environment !== undefined) {
        throw new EngineError(`${wanted}: environment (Pulumi ESC) is not supported by the rehearsal`);
    }
    const salt = settings.encryptionsalt as string | undefined;
    const opened = salt === undefined ? undefined : await Cipher.open(await by(), salt, wanted);
    return {
        name: yaml.name,
        folder,
        nodeArguments: options.nodeargs?.split(/\s+/).filter((argument) => argument !== "") ?? [],
        typescript: options.typescript ?? true,
        program: main === undefined ? { folder, entry: "." } : { folder: dirname(main), entry: main },
        config: readConfig(yaml, settings, { project: yaml.name, stack, file: wanted, cipher: opened, standIn }),
        encryptionSalt: salt,
    };
}

async function readYaml(file: string): Promise<Yaml | undefined> {
    const text = await readIfThere(file);
    try {
        return text === undefined ? undefined : ((parse(text) ?? {}) as Yaml);
    } catch (error) {
        throw new EngineError(`${file}: ${reason(error)}`);
    }
}

interface Source {
    readonly project: string;
    readonly stack: string;
    readonly file: string;
    readonly cipher: Cipher | undefined;
    readonly standIn: ((key: string) => string) | undefined;
}

function readConfig(projectYaml: Yaml, stackYaml: Yaml, source: Source): PropertyMap {
    const entries = ({ config }: Yaml): [string, unknown][] =>
        Object.entries((config ?? {}) as Yaml).map(([key, value]) => [
            key.includes(":") ? key : `${source.project}:${key}`,
            value,
        ]);
    const given = new Map(entries(stackYaml));
    const preset = new Map<string, unknown>();
    const missing: string[] = [];
    const mistyped: string[] = [];
    for (const [name, declaration] of entries(projectYaml)) {
        const declared: Yaml = isMap(declaration) ? declaration : { value: declaration };
        const { type, default: otherwise, value = otherwise } = declared;
        const own = given.get(name);
        if (own !== undefined && sealedText(own) === undefined && !isOfType(own, declared)) {
            mistyped.push(`${name} must be of type ${String(type)}`);
        }
        if (value !== undefined) {
            preset.set(name, value);
        } else if (type !== undefined && !given.has(name)) {
            missing.push(name);
        }
    }
    if (missing.length > 0) {
        const keys = missing.join(", ");
        throw new EngineError(
            `${source.file}: stack ${source.stack} is missing a value for ${keys}, which Pulumi.yaml asks for`,
        );
    }
    if (mistyped.length > 0) {
        throw new EngineError(`${source.file}: as Pulumi.yaml declares them, ${mistyped.join(", ")}`);
    }
    return mapValues(Object.fromEntries([...preset, ...given]), (value, name) => {
        let secret = false;
        const opened: unknown = JSON.parse(JSON.stringify(value), (_, item: unknown) => {
            const sealed = sealedText(item);
            secret ||= sealed !== undefined;
            return sealed === undefined ? item : decrypt(sealed, name, source);
        });
        const text = typeof opened === "object" ? JSON.stringify(opened) : String(opened);
        return secret ? new Secret(text) : text;
    });
}

/** Pulumi writes an encrypted value, anywhere in another, as `{ secure: <ciphertext> }`. */
function sealedText(value: unknown): string | undefined {
    const { secure, ...rest } = isMap(value) ? (value as Yaml) : {};
    return typeof secure === "string" && Object.keys(rest).length === 0 ? secure : undefined;
}

function decrypt(sealed: string, name: string, { cipher, file, standIn }: Source): string {
    if (cipher === undefined && standIn !== undefined) {
        return standIn(name);
    }
    if (cipher === undefined) {
        throw new EngineError(
            `${file}: ${name} is encrypted by a secrets provider other than a passphrase (no encryptionsalt), which ` +
                `only a preview can do without here: use a stack with a passphrase, or preview this one`,
        );
    }
    try {
        return cipher.decrypt(sealed);
    } catch {
        throw new EngineError(
            `${file}: ${name} cannot be decrypted: it is damaged, or was encrypted for another stack`,
        );
    }
}
