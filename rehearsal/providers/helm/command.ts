import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { type PlainMap } from "../../engine/values/property.ts";
import { type ProviderHost } from "../../engine/plugins/provider.ts";
import { type Settings } from "../kubernetes/settings.ts";

/** Helm's own refusal, in its own words. */
export class HelmError extends Error {}

/** Ends helm with the engine, where the system can: a helm left alone would go on to write over the next run's work. */
const leash = existsSync("/usr/bin/setpriv") ? ["/usr/bin/setpriv", "--pdeathsig", "TERM", "--"] : [];

type HelmCommand = (args: readonly string[], signal?: AbortSignal, values?: PlainMap) => Promise<string>;

/** The helm command for one cluster. What is secret reaches it in private files, which are gone when it ends. */
export function helmCommand(
    { contents, context, file }: Settings,
    { binFolder, projectFolder, scratchFolder }: ProviderHost,
): HelmCommand {
    // Charts fetched for a run stay with the run.
    const env = { ...process.env, HELM_CACHE_HOME: join(scratchFolder, "helm-cache") };

    return async (args, signal, values) => {
        const files: string[] = [];
        const privately = async (content: string): Promise<string> => {
            const path = join(scratchFolder, `helm-${randomUUID()}.yaml`);
            files.push(path);
            await writeFile(path, content, { mode: 0o600, flag: "wx" });
            return path;
        };
        try {
            const cluster = ["--kubeconfig", contents === undefined ? file : await privately(contents)];
            const chosen = context === undefined ? [] : ["--kube-context", context];
            const given = values === undefined ? [] : ["--values", await privately(JSON.stringify(values))];
            const all = [...args, ...cluster, ...chosen, ...given];
            const [command = "", ...rest] = [...leash, join(binFolder, "helm"), ...all];
            // Told to end, helm marks its release as failed, so that the next run can go on.
            const child = spawn(command, rest, { cwd: projectFolder, env, signal, stdio: ["ignore", "pipe", "pipe"] });
            // An abort is an "error" too, but helm has ended only when it closes.
            child.on("error", () => undefined);
            const ended = once(child, "close").catch((error: unknown) =>
                child.pid === undefined ? Promise.reject(error as Error) : once(child, "close"),
            );
            const [output, problem] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
            if (child.exitCode !== 0) {
                throw new HelmError(ownWords(problem) || `helm ended with ${child.exitCode ?? child.signalCode}`);
            }
            return output;
        } finally {
            await Promise.all(files.map((each) => rm(each, { force: true })));
        }
    };
}

/** What helm says itself, without the log lines of its libraries. */
function ownWords(problem: string): string {
    const lines = problem
        .split("\n")
        .filter((line) => line !== "" && !/^(level=|time=|WARNING|[IWE]\d{4} )/.test(line));
    const wayOut = problem.includes("cluster unreachable")
        ? ": see that the cluster runs, then run again to go on"
        : "";
    return lines.join("\n").replace(/^Error: /, "") + wayOut;
}
