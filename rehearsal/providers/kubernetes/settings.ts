import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";

import { KubeConfig } from "@kubernetes/client-node";

import { type PlainMap, UNKNOWN } from "../../engine/values/property.ts";

const known = [
    ...["clusterIdentifier", "context", "enableConfigMapMutable", "enablePatchForce", "enableSecretMutable"],
    ...["enableServerSideApply", "kubeconfig", "namespace", "suppressDeprecationWarnings", "suppressHelmHookWarnings"],
    ...["upsertExistingObjects", "version"],
];

/** No cluster can be named yet, which a preview may survive and an update may not. */
export class NoCluster extends Error {}

/** The inputs of a `kubernetes.Provider`. */
export class Settings {
    public readonly namespace: string;
    public readonly context: string | undefined;
    /** The kubeconfig's text when it was given as such, else undefined. */
    public readonly contents: string | undefined;
    /** The kubeconfig's file when it was not given as text. */
    public readonly file: string;
    readonly #inputs: PlainMap;

    constructor(inputs: PlainMap, projectFolder: string) {
        const unknown = Object.keys(inputs).filter((key) => !known.includes(key));
        if (unknown.length > 0) {
            throw new Error(
                `kubernetes.Provider: ${unknown.join(", ")} not supported here: leave out, or use ${known.join(", ")}`,
            );
        }
        if (String(inputs.enableServerSideApply ?? true) === "false") {
            throw new Error(
                "kubernetes.Provider: enableServerSideApply is false, and only server-side apply is supported",
            );
        }
        const text = (name: string): string | undefined =>
            typeof inputs[name] === "string" && inputs[name] !== "" ? inputs[name] : undefined;
        const given = text("kubeconfig");
        const path = given ?? process.env.KUBECONFIG?.split(delimiter)[0] ?? join(homedir(), ".kube", "config");
        this.#inputs = inputs;
        this.namespace = text("namespace") ?? "default";
        this.context = text("context");
        this.contents = given !== undefined && /[\n{]/.test(given) ? given : undefined;
        this.file = resolve(projectFolder, path.replace(/^~(?=\/)/, homedir()));
    }

    /** Whether a switch is on: the SDK writes every provider input that is not a string as JSON. */
    on(name: string): boolean {
        return this.#inputs[name] === true || this.#inputs[name] === "true";
    }

    load(): KubeConfig {
        const { contents, context, file } = this;
        const where = contents === undefined ? file : "in the provider's inputs";
        if (this.#inputs.kubeconfig === UNKNOWN) {
            throw new NoCluster("the provider's kubeconfig is not known yet");
        }
        if (contents === undefined && !existsSync(file)) {
            throw new NoCluster(`kubeconfig ${file} does not exist: start the cluster that writes it, or name another`);
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
        config.setCurrentContext(context ?? config.getCurrentContext());
        if (!config.getCurrentCluster() || !config.getCurrentUser()) {
            const names = config.contexts.map(({ name }) => name).join(", ") || "none";
            throw new Error(
                `kubeconfig ${where} has no usable context ${config.getCurrentContext() ?? "(current-context unset)"}: ` +
                    `name one of its contexts (${names}), or have it written again`,
            );
        }
        return config;
    }
}
