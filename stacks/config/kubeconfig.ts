import { readFileSync } from "node:fs";
import { homedir } from "node:os";

import { load } from "js-yaml";

/** The one context of a kubeconfig that a stack deploys to. */
export interface KubernetesContext {
    readonly context: string;
    /** The name of the context's cluster. */
    readonly cluster: string;
}

interface Kubeconfig {
    "current-context"?: unknown;
    contexts?: { name?: unknown; context?: { cluster?: unknown } }[];
    clusters?: { name?: unknown }[];
}

/** Why a kubeconfig cannot be used: of which setting, and the rule with the way out. */
export class KubeconfigProblem extends Error {
    public readonly setting: "kubeconfig" | "context";

    constructor(setting: "kubeconfig" | "context", message: string) {
        super(message);
        this.setting = setting;
    }
}

/** Finds the named context, else the current one. Throws a `KubeconfigProblem`. Nothing of the file's keys is kept. */
export function readContext(path: string, wanted: string | undefined): KubernetesContext {
    const kubeconfig = parsed(path);
    const contexts = new Map(
        (kubeconfig.contexts ?? []).map((entry) => [String(entry.name), String(entry.context?.cluster)]),
    );
    const current = kubeconfig["current-context"];
    const context = wanted ?? (typeof current === "string" && current !== "" ? current : undefined);
    if (context === undefined) {
        throw new KubeconfigProblem(
            "context",
            `it must name a context, because ${path} has no current one. Set it to one of: ${listed(contexts)}.`,
        );
    }
    const cluster = contexts.get(context);
    if (cluster === undefined) {
        throw new KubeconfigProblem("context", `${path} has no such context. It has: ${listed(contexts)}.`);
    }
    if (!(kubeconfig.clusters ?? []).some((entry) => entry.name === cluster)) {
        throw new KubeconfigProblem(
            "kubeconfig",
            `its context "${context}" is of cluster "${cluster}", which the file does not describe. Fetch the file anew.`,
        );
    }
    return { context, cluster };
}

function parsed(path: string): Kubeconfig {
    let text: string;
    try {
        text = readFileSync(path.replace(/^~(?=\/)/, homedir()), "utf8");
    } catch (error) {
        const reason = (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : String(error);
        throw new KubeconfigProblem(
            "kubeconfig",
            `${reason}. Start the cluster, fetch its kubeconfig, or name another file; a path starts at the project.`,
        );
    }
    let document: unknown;
    try {
        document = load(text);
    } catch {
        // The parser's message quotes the file, which holds keys.
        throw new KubeconfigProblem("kubeconfig", "the file is no YAML. Fetch it anew.");
    }
    if (typeof document !== "object" || document === null || !Array.isArray((document as Kubeconfig).contexts)) {
        throw new KubeconfigProblem("kubeconfig", "the file has no list of contexts. Fetch it anew.");
    }
    return document;
}

function listed(contexts: ReadonlyMap<string, string>): string {
    return [...contexts.keys()].join(", ") || "none";
}
