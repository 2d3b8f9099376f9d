import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter } from "node:path";

import { loadAll } from "js-yaml";

import { secretForm } from "../../../../components/secrecy/secret-forms.ts";

/** What a kubeconfig holds, as far as it is looked at. */
export interface Kubeconfig {
    readonly "current-context"?: unknown;
    readonly contexts: readonly Named<"context", { readonly cluster?: unknown; readonly user?: unknown }>[];
    readonly clusters?: readonly Named<"cluster", ClusterEntry>[] | null;
    readonly users?: readonly Named<"user", UserEntry>[] | null;
}

type Named<Key extends string, Entry> = { readonly name?: unknown } & { readonly [K in Key]?: Entry | null };

export interface ClusterEntry {
    readonly server?: unknown;
    readonly "certificate-authority"?: unknown;
}

export interface UserEntry {
    readonly "client-certificate"?: unknown;
    readonly "client-key"?: unknown;
    readonly tokenFile?: unknown;
    readonly exec?: {
        readonly apiVersion?: unknown;
        readonly command?: unknown;
        readonly installHint?: unknown;
        readonly interactiveMode?: unknown;
    } | null;
    readonly "auth-provider"?: { readonly name?: unknown } | null;
}

/** The path with the home folder in place of a leading tilde. */
export function expanded(path: string): string {
    return path.replace(/^~(?=\/|$)/, homedir());
}

/** Whether this is what stands in a kubeconfig, in place of the path of one. */
export function isContent(value: string): boolean {
    return value.includes("\n") || value.trimStart().startsWith("{") || secretForm(value) !== undefined;
}

/** What the file holds. A rule with the way out where it cannot be used, in which nothing of the file is quoted. */
export function readKubeconfig(path: string): Kubeconfig | string {
    const text = textOf(path);
    if ("rule" in text) {
        return text.rule;
    }
    let documents: unknown[];
    try {
        documents = loadAll(text.read).filter((document) => document !== null && document !== undefined);
    } catch {
        // The parser's own message quotes the file, which may hold credentials.
        return "the file is no YAML. Fetch it anew.";
    }
    const [document] = documents;
    if (documents.length > 1) {
        return (
            `the file holds ${String(documents.length)} documents of YAML, and all but the first would be passed over. ` +
            `Put each into a file of its own, and merge them: ${merging("one:other")}.`
        );
    }
    if (typeof document !== "object" || document === null || !Array.isArray((document as Kubeconfig).contexts)) {
        return "the file has no list of contexts. Fetch it anew.";
    }
    return document as Kubeconfig;
}

function merging(files: string): string {
    return `"KUBECONFIG=${files} kubectl config view --raw --flatten > merged"`;
}

function textOf(path: string): { readonly read: string } | { readonly rule: string } {
    try {
        return { read: readFileSync(expanded(path), "utf8") };
    } catch (error) {
        return { rule: `${unreadable(path, error as NodeJS.ErrnoException)}` };
    }
}

function unreadable(path: string, { code }: NodeJS.ErrnoException): string {
    if (path.includes(delimiter)) {
        return (
            `it is a list of files, as the variable KUBECONFIG takes, and one file is read here. Name the one with the ` +
            `context, or merge them: ${merging(path)}.`
        );
    }
    if (/^\$|%\w+%/.test(path)) {
        return "variables are not replaced here. Write the path itself; it starts at the project, or with ~/.";
    }
    const wayOut = "Start the cluster, fetch its kubeconfig, or name another file; a path starts at the project.";
    switch (code) {
        case "ENOENT":
        case "ENOTDIR":
            return `there is no such file. ${wayOut}`;
        case "EISDIR":
            return `it is a folder. Name the file in it, such as "${path.replace(/\/+$/, "")}/config".`;
        case "EACCES":
        case "EPERM":
            return "whoever runs this may not read the file. Give them the right to, or name another file.";
        default:
            return `the file cannot be read (${String(code)}). ${wayOut}`;
    }
}
