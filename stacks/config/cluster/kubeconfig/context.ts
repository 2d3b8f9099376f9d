import { type Problem } from "../../../../components/problem.ts";
import { credentialProblems } from "./credentials.ts";
import { isContent, readKubeconfig } from "./file.ts";

/** The one context of a kubeconfig that a stack deploys to. */
export interface KubernetesContext {
    readonly context: string;
    /** The name of the context's cluster. */
    readonly cluster: string;
}

/** The named context, or the current one. Problems where there is none that can be used. Keeps no credentials of the file. */
export function findContext(path: string, wanted: string | undefined): KubernetesContext | Problem[] {
    const ofFile = (rule: string): Problem[] => [{ path: ["kubeconfig"], value: path, rule }];
    const ofContext = (rule: string): Problem[] => [{ path: ["context"], value: wanted, rule }];

    if (isContent(path)) {
        const rule =
            "a kubeconfig has credentials in it, and the stack's file is no place for them. Put it into a file that " +
            "nobody else may read and name that; it starts at the project, or with ~/.";
        return [
            { path: ["kubeconfig"], value: undefined, opening: "holds a kubeconfig and not the path of one:", rule },
        ];
    }
    const kubeconfig = readKubeconfig(path);
    if (typeof kubeconfig === "string") {
        return ofFile(kubeconfig);
    }
    const contexts = new Map(kubeconfig.contexts.map((entry) => [String(entry.name), entry.context]));
    const current = kubeconfig["current-context"];
    const context = wanted ?? (typeof current === "string" && current !== "" ? current : undefined);
    if (context === undefined) {
        return ofContext(
            `it must name a context, because ${path} has no current one. Set it to one of: ${listed(contexts.keys())}.`,
        );
    }
    const entry = contexts.get(context);
    if (!contexts.has(context)) {
        return ofContext(`${path} has no such context. It has: ${listed(contexts.keys())}.`);
    }
    const cluster = String(entry?.cluster);
    const described = named(kubeconfig.clusters, cluster);
    if (described === undefined) {
        return ofFile(
            `its context "${context}" is of cluster "${cluster}", which the file does not describe. Fetch the file anew.`,
        );
    }
    const user = entry?.user === undefined ? {} : named(kubeconfig.users, String(entry.user));
    if (user === undefined) {
        return ofFile(
            `its context "${context}" is of user "${String(entry?.user)}", which the file does not describe. Fetch the file anew.`,
        );
    }
    const problems = credentialProblems(path, described.cluster ?? {}, user.user ?? {});
    return problems.length > 0 ? problems.flatMap(ofFile) : { context, cluster };
}

function named<Entry extends { readonly name?: unknown }>(
    entries: readonly Entry[] | null | undefined,
    name: string,
): Entry | undefined {
    return entries?.find((entry) => entry.name === name);
}

function listed(names: Iterable<string>): string {
    return [...names].join(", ") || "none";
}
