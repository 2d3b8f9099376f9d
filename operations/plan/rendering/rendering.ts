import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

import { type Release } from "../changes.ts";

/** What a chart makes of its values, as YAML; undefined where the chart cannot be had. */
export type Render = (release: Release) => Promise<string | undefined>;

/** A chart that has not come by then counts as one that cannot be had. */
const secondsToFetch = 60;

/**
 * Renders with Helm, in the folder of the program, from which paths of charts start. Helm asks no cluster for that, and the
 * chart's repository for the chart alone.
 */
export function helmRendering(helm: string, folder: string): Render {
    return ({ chart, name, namespace, repositoryOpts, values, version }) =>
        new Promise((resolve) => {
            const child = execFile(
                helm,
                [
                    "template",
                    ...(namespace === undefined ? [] : ["--namespace", namespace]),
                    ...(repositoryOpts?.repo === undefined ? [] : ["--repo", repositoryOpts.repo]),
                    ...(version === undefined ? [] : ["--version", version]),
                    "--include-crds",
                    "--values",
                    "-",
                    // What follows is never taken for an option.
                    "--",
                    name,
                    chart,
                ],
                { cwd: folder, timeout: secondsToFetch * 1000, maxBuffer: 64 * 1024 * 1024 },
                (error, stdout) => {
                    resolve(error === null ? stdout : undefined);
                },
            );
            // One that ends at once reads nothing, which is for the callback above to tell.
            child.stdin?.on("error", () => undefined);
            child.stdin?.end(JSON.stringify(values ?? {}));
        });
}

/** The `helm` that the rehearsal has, or else the one on the PATH. */
export function helmProgram(checkout: string): string | undefined {
    const folders = [join(checkout, ".rehearsal/bin"), ...(process.env.PATH ?? "").split(delimiter)];
    return folders.map((folder) => join(folder, "helm")).find((file) => existsSync(file));
}
