import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { type PlainMap } from "../../property.ts";
import { type ProviderHost } from "../../provider.ts";
import { type Settings } from "../kubernetes/settings.ts";

/** Helm's own refusal, in its own words. */
export class HelmError extends Error {}

/** The helm command for one cluster. What is secret reaches it in private files, which are gone when it ends. */
export class HelmCommand {
    readonly #settings: Settings;
    readonly #host: ProviderHost;

    constructor(settings: Settings, host: ProviderHost) {
        this.#settings = settings;
        this.#host = host;
    }

    /** What it printed. */
    async run(args: readonly string[], namespace: string, signal?: AbortSignal, values?: PlainMap): Promise<string> {
        const files: string[] = [];
        const privately = async (content: string): Promise<string> => {
            const file = join(this.#host.scratchFolder, `helm-${randomUUID()}.yaml`);
            files.push(file);
            await writeFile(file, content, { mode: 0o600, flag: "wx" });
            return file;
        };
        try {
            const { contents, context, file } = this.#settings;
            const kubeconfig = contents === undefined ? file : await privately(contents);
            return await this.#spawn(
                [
                    ...args,
                    ...["--namespace", namespace, "--kubeconfig", kubeconfig],
                    ...(context === undefined ? [] : ["--kube-context", context]),
                    ...(values === undefined ? [] : ["--values", await privately(JSON.stringify(values))]),
                ],
                signal,
            );
        } finally {
            await Promise.all(files.map((each) => rm(each, { force: true })));
        }
    }

    async #spawn(args: readonly string[], signal: AbortSignal | undefined): Promise<string> {
        const child = spawn(join(this.#host.binFolder, "helm"), args, {
            cwd: this.#host.projectFolder,
            // Charts fetched for a run stay with the run.
            env: { ...process.env, HELM_CACHE_HOME: join(this.#host.scratchFolder, "helm-cache"), HELM_DEBUG: "false" },
            stdio: ["ignore", "pipe", "pipe"],
            // Told to end, helm marks its release as failed, so that the next run can go on.
            signal,
            killSignal: "SIGTERM",
        });
        const ended = new Promise<number | null>((resolve, reject) => {
            child.on("close", resolve);
            child.on("error", (error) => (child.pid === undefined ? reject(error) : undefined));
        });
        const [output, problem, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
        if (code !== 0) {
            const lines = problem
                .split("\n")
                .filter((line) => line !== "" && !/^(level=|time=|WARNING|I\d{4}|W\d{4})/.test(line));
            throw new HelmError(lines.join("\n").replace(/^Error: /, "") || `helm ended with ${code ?? "a signal"}`);
        }
        return output;
    }
}
