import { readFileSync } from "node:fs";
import { homedir } from "node:os";

import { load } from "js-yaml";

import { type Problem } from "../../components/problem.ts";

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

/** The named context, or the current one. A problem where there is none. Keeps no credentials of the file. */
export function findContext(path: string, wanted: string | undefined): KubernetesContext | Problem {
    const ofFile = (rule: string): Problem => ({ path: ["kubeconfig"], value: path, rule });
    const ofContext = (rule: string): Problem => ({ path: ["context"], value: wanted, rule });

    const kubeconfig = parsed(path);
    if (typeof kubeconfig === "string") {
        return ofFile(kubeconfig);
    }
    const contexts = new Map(
        (kubeconfig.contexts ?? []).map((entry) => [String(entry.name), String(entry.context?.cluster)]),
    );
    const current = kubeconfig["current-context"];
    const context = wanted ?? (typeof current === "string" && current !== "" ? current : undefined);
    if (context === undefined) {
        return ofContext(
            `it must name a context, because ${path} has no current one. Set it to one of: ${listed(contexts)}.`,
        );
    }
    const cluster = contexts.get(context);
    if (cluster === undefined) {
        return ofContext(`${path} has no such context. It has: ${listed(contexts)}.`);
    }
    if (!(kubeconfig.clusters ?? []).some((entry) => entry.name === cluster)) {
        return ofFile(
            `its context "${context}" is of cluster "${cluster}", which the file does not describe. Fetch the file anew.`,
        );
    }
    return { context, cluster };
}

/** What the file holds. A rule with the way out where it cannot be used. */
function parsed(path: string): Kubeconfig | string {
    let text: string;
    try {
        text = readFileSync(path.replace(/^~(?=\/)/, homedir()), "utf8");
    } catch (error) {
        const reason = (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : String(error);
        return `${reason}. Start the cluster, fetch its kubeconfig, or name another file; a path starts at the project.`;
    }
    let document: unknown;
    try {
        document = load(text);
    } catch {
        // The parser's own message quotes the file, which may hold credentials.
        return "the file is no YAML. Fetch it anew.";
    }
    if (typeof document !== "object" || document === null || !Array.isArray((document as Kubeconfig).contexts)) {
        return "the file has no list of contexts. Fetch it anew.";
    }
    return document;
}

function listed(contexts: ReadonlyMap<string, string>): string {
    return [...contexts.keys()].join(", ") || "none";
}
