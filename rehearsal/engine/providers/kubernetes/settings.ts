import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";

import { KubeConfig } from "@kubernetes/client-node";

import { type Plain, type PlainMap, UNKNOWN } from "../../property.ts";

const switches = [
    "enableConfigMapMutable",
    "enablePatchForce",
    "enableSecretMutable",
    "enableServerSideApply",
    "suppressDeprecationWarnings",
    "suppressHelmHookWarnings",
    "upsertExistingObjects",
] as const;

const known = new Set<string>([...switches, "clusterIdentifier", "context", "kubeconfig", "namespace", "version"]);

/** No cluster can be named yet, which a preview may survive and an update may not. */
export class NoCluster extends Error {}

/** The inputs of a `kubernetes.Provider`. */
export class Settings {
    public readonly namespace: string;
    readonly #inputs: PlainMap;
    readonly #folder: string;

    constructor(inputs: PlainMap, projectFolder: string) {
        const unknown = Object.keys(inputs).filter((key) => !known.has(key));
        if (unknown.length > 0) {
            throw new Error(
                `kubernetes.Provider: ${unknown.join(", ")} not supported here; leave out, or use ${[...known].join(", ")}`,
            );
        }
        if (String(inputs.enableServerSideApply) === "false") {
            throw new Error(
                "kubernetes.Provider: enableServerSideApply is false, and only server-side apply is supported",
            );
        }
        this.#inputs = inputs;
        this.#folder = projectFolder;
        this.namespace = text(inputs.namespace) ?? "default";
    }

    /** Booleans travel as the text "true": the SDK writes every provider input that is not a string as JSON. */
    on(name: (typeof switches)[number]): boolean {
        return String(this.#inputs[name] === UNKNOWN ? false : this.#inputs[name]) === "true";
    }

    /** The kubeconfig's text when it was given as such, else undefined. */
    get contents(): string | undefined {
        const given = text(this.#inputs.kubeconfig);
        return given !== undefined && /[\n{]/.test(given) ? given : undefined;
    }

    /** The kubeconfig's file when it was not given as text. */
    get file(): string {
        const given = text(this.#inputs.kubeconfig) ?? process.env.KUBECONFIG?.split(delimiter)[0];
        return resolve(this.#folder, (given ?? join(homedir(), ".kube", "config")).replace(/^~(?=\/)/, homedir()));
    }

    get context(): string | undefined {
        return text(this.#inputs.context);
    }

    load(): KubeConfig {
        const { contents, context, file } = this;
        const where = contents === undefined ? file : "the provider's kubeconfig input";
        if (this.#inputs.kubeconfig === UNKNOWN) {
            throw new NoCluster("the provider's kubeconfig is not known yet");
        }
        if (contents === undefined && !existsSync(file)) {
            throw new NoCluster(
                `kubeconfig ${file} does not exist: start the cluster that writes it, or give the provider another kubeconfig`,
            );
        }
        const config = new KubeConfig();
        try {
            if (contents === undefined) {
                config.loadFromFile(file);
            } else {
                config.loadFromString(contents);
            }
        } catch (error) {
            const why = (error as Error).message.split("\n")[0];
            throw new Error(`kubeconfig ${where} cannot be read (${why}): repair it, or have it written again`, {
                cause: error,
            });
        }
        if (context !== undefined) {
            config.setCurrentContext(context);
        }
        if (!config.getCurrentCluster() || !config.getCurrentUser()) {
            const names = config.contexts.map((one) => one.name).join(", ") || "none";
            throw new Error(
                `kubeconfig ${where} has no usable context ${config.currentContext ?? "(current-context unset)"}: ` +
                    `name one of its contexts (${names}), or have it written again`,
            );
        }
        return config;
    }
}

function text(value: Plain | undefined): string | undefined {
    return typeof value === "string" && value !== "" ? value : undefined;
}
