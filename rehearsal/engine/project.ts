import { stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import { parse } from "yaml";

import { Cipher, type Passphrase } from "./cipher.ts";
import { EngineError, reason } from "./engine-error.ts";
import { isMap } from "./property.ts";
import { readIfThere } from "./state.ts";

type Yaml = Record<string, unknown>;

export interface Config {
    /** Values by `namespace:key`, as the language host gets them: text, or JSON for what is not scalar. */
    readonly values: Readonly<Record<string, string>>;
    readonly secretKeys: readonly string[];
}

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
    readonly config: Config;
    readonly encryptionSalt: string | undefined;
}

export async function readProject(
    folder: string,
    stack: string,
    stackFile: string | undefined,
    by: () => Promise<Passphrase>,
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
        program: await programAt(main ?? folder, file),
        config: readConfig(yaml, settings, { project: yaml.name, stack, file: wanted, cipher: opened }),
        encryptionSalt: salt,
    };
}

async function programAt(main: string, file: string): Promise<Project["program"]> {
    try {
        return (await stat(main)).isDirectory() ? { folder: main, entry: "." } : { folder: dirname(main), entry: main };
    } catch (error) {
        throw new EngineError(`${file}: main is ${main}, which cannot be found (${reason(error)})`);
    }
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
}

function readConfig(projectYaml: Yaml, stackYaml: Yaml, source: Source): Config {
    const values: Record<string, string> = {};
    const secretKeys: string[] = [];
    const declared = Object.entries((projectYaml.config ?? {}) as Yaml);
    const given = Object.entries((stackYaml.config ?? {}) as Yaml);
    const missing: string[] = [];
    const take = (key: string, value: unknown): void => {
        const name = key.includes(":") ? key : `${source.project}:${key}`;
        let secret = false;
        const open = (item: unknown): unknown => {
            if (Array.isArray(item)) {
                return item.map(open);
            }
            if (!isMap(item)) {
                return item;
            }
            const entries = Object.entries(item as Yaml);
            const [only, sealed] = entries[0] ?? [];
            if (entries.length === 1 && only === "secure" && typeof sealed === "string") {
                secret = true;
                return decrypt(sealed, name, source);
            }
            return Object.fromEntries(entries.map(([inner, below]) => [inner, open(below)]));
        };
        const opened = open(value);
        values[name] = typeof opened === "object" ? JSON.stringify(opened) : String(opened);
        if (secret) {
            secretKeys.push(name);
        }
    };
    for (const [key, declaration] of declared) {
        const described = isMap(declaration) ? (declaration as Yaml) : { value: declaration };
        const preset = described.value ?? described.default;
        if (preset !== undefined) {
            take(key, preset);
        } else if (
            described.type !== undefined &&
            !given.some(([name]) => [key, `${source.project}:${key}`].includes(name))
        ) {
            missing.push(key);
        }
    }
    if (missing.length > 0) {
        throw new EngineError(
            `${source.file}: stack ${source.stack} is missing a value for ${missing.join(", ")}, which Pulumi.yaml asks for`,
        );
    }
    for (const [key, value] of given) {
        take(key, value);
    }
    return { values, secretKeys };
}

function decrypt(sealed: string, name: string, { cipher, file }: Source): string {
    if (cipher === undefined) {
        throw new EngineError(
            `${file}: ${name} is encrypted by a secrets provider other than a passphrase (no encryptionsalt), which ` +
                `the rehearsal does not support: use a stack with a passphrase`,
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
