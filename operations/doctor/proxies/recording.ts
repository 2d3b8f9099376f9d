import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { type RawScrape } from "./proxy-scrape.ts";

const extension = ".prom";
const firstLine = "# pod: ";

const meshedPod = z.strictObject({
    namespace: z.string().min(1),
    name: z.string().min(1),
    labels: z.record(z.string(), z.string()),
});

/** Writes a file per proxy: the text as it came, below a comment that says whose it is. */
export function writeRecording(folder: string, scrapes: readonly RawScrape[]): void {
    mkdirSync(folder, { recursive: true });
    for (const { pod, text } of scrapes) {
        const file = join(folder, `${pod.namespace}.${pod.name}${extension}`);
        writeFileSync(file, `${firstLine}${JSON.stringify(pod)}\n${text}`, { mode: 0o600 });
    }
}

/**
 * Reads one such file, or all of a folder.
 *
 * @throws when there is none, or when one does not say whose it is.
 */
export function readRecording(path: string): RawScrape[] {
    const files = filesAt(path);
    if (files.length === 0) {
        throw new Error(
            `--scrape is ${JSON.stringify(path)}: there is no ${extension} file in it. Make a recording with --record.`,
        );
    }
    return files.map(readScrape);
}

function filesAt(path: string): string[] {
    try {
        return statSync(path).isDirectory()
            ? readdirSync(path)
                  .filter((name) => name.endsWith(extension))
                  .sort()
                  .map((name) => join(path, name))
            : [path];
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            throw new Error(
                `--scrape is ${JSON.stringify(path)}: there is no such file or folder. Make one with --record.`,
            );
        }
        throw error;
    }
}

function readScrape(file: string): RawScrape {
    const text = readFileSync(file, "utf8");
    const [opening = ""] = text.split("\n", 1);
    const found = opening.startsWith(firstLine) ? parsedPod(opening.slice(firstLine.length)) : undefined;
    if (found?.data === undefined) {
        throw new Error(
            `${file} does not say whose metrics it has: its first line must be ` +
                `\`${firstLine}{"namespace": …, "name": …, "labels": {…}}\`, as --record writes it.`,
        );
    }
    return { pod: found.data, text };
}

function parsedPod(json: string) {
    try {
        return meshedPod.safeParse(JSON.parse(json));
    } catch {
        return undefined;
    }
}
