import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";

import { type Chart, chartFile, charts as platformCharts, envoyGatewayDefinitions } from "../../components/charts.ts";
import { clusterBinary } from "../cluster/binary/binary.ts";
import { checkout } from "../place.ts";
import { definitions, envoyGateway, gatewayApi, moduleFiles, type ModuleFiles } from "./sources.ts";

const sources = join(checkout, "rehearsal/charts");

/** Every chart of the stand-in mirror: those that the platform deploys, in the same versions. */
export const charts: readonly Chart[] = Object.values(platformCharts);

/** What a file of the mirror was made from, and what came out. */
interface Packaged {
    readonly from: string;
    readonly content: string;
}

/**
 * Makes the mirror folder that the dev stack takes its charts from: each chart's archive, and the manifests of Gateway API's and Envoy
 * Gateway's definitions.
 * Only what is missing, damaged or older than its sources is made again. Fails when a pinned Go module cannot be had or
 * a chart is broken; files that were there stay. `helm` is the program's path, `mirror` the folder to fill.
 */
export async function packageCharts(
    helm: string,
    progress: (line: string) => void,
    mirror: string = sources,
): Promise<void> {
    const record = join(mirror, ".packaged.json");
    const before = await readRecord(record);
    const after: Record<string, Packaged> = {};
    const made = async (file: string, from: string, make: () => Promise<void>) => {
        const known = before[file];
        if (known?.from !== from || known.content !== (await digestOfFile(join(mirror, file)))) {
            progress(`packaging ${file}`);
            await make();
        }
        after[file] = { from, content: (await digestOfFile(join(mirror, file))) ?? "" };
    };

    for (const chart of charts) {
        await made(chartFile(chart), await sourcesOf(chart.name), () => packageChart(helm, chart, mirror));
    }
    const manifest = `gateway-api-${gatewayApi.version.slice(1)}-experimental.yaml`;
    await made(manifest, digest(JSON.stringify(gatewayApi)), () => writeGatewayApi(join(mirror, manifest)));
    const { file } = envoyGatewayDefinitions;
    await made(file, digest(JSON.stringify(envoyGateway)), async () => {
        await replaceFile(join(mirror, file), await joinedFiles(envoyGateway));
    });

    if (JSON.stringify(before) !== JSON.stringify(after)) {
        await replaceFile(record, JSON.stringify(after, null, 4));
    }
}

async function packageChart(helm: string, { name, version }: Chart, mirror: string): Promise<void> {
    // In the mirror itself, so that the archive can be moved into place in one step.
    const packing = await mkdtemp(join(mirror, ".packing-"));
    try {
        const chart = join(packing, name);
        await cp(join(sources, name), chart, { recursive: true });
        const source = definitions[name];
        if (source) {
            await mkdir(join(chart, "definitions"));
            for (const [file, text] of await moduleFiles(source)) {
                await writeFile(join(chart, "definitions", file), text);
            }
        }
        // helm keeps the files' times, so equal sources make equal archives only if the times are equal too.
        for (const file of await filesUnder(chart)) {
            await utimes(file, 0, 0);
        }
        await run(helm, ["package", chart, "--destination", packing]);
        const archive = chartFile({ name, version });
        if (!(await readdir(packing)).includes(archive)) {
            throw new Error(`rehearsal/charts/${name}/Chart.yaml is not version ${version}, which package.ts expects.`);
        }
        await rename(join(packing, archive), join(mirror, archive));
    } finally {
        await rm(packing, { recursive: true, force: true });
    }
}

async function writeGatewayApi(file: string): Promise<void> {
    const text = await joinedFiles(gatewayApi);
    for (const mark of [`bundle-version: ${gatewayApi.version}`, "channel: experimental"]) {
        if (!text.includes(`gateway.networking.k8s.io/${mark}`)) {
            throw new Error(`${gatewayApi.module} ${gatewayApi.version} has no definition marked ${mark}.`);
        }
    }
    await replaceFile(file, text);
}

/** A module's files as one manifest. */
async function joinedFiles(source: ModuleFiles): Promise<string> {
    const parts = [...(await moduleFiles(source)).values()];
    return `${parts.map((part) => part.replace(/^---\n/, "").trimEnd()).join("\n---\n")}\n`;
}

async function sourcesOf(name: string): Promise<string> {
    const chart = join(sources, name);
    const contents = [JSON.stringify(definitions[name] ?? null)];
    for (const file of await filesUnder(chart)) {
        contents.push(relative(chart, file), await readFile(file, "utf8"));
    }
    return digest(JSON.stringify(contents));
}

async function filesUnder(root: string): Promise<string[]> {
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    return entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .sort();
}

async function readRecord(record: string): Promise<Record<string, Packaged>> {
    try {
        return JSON.parse(await readFile(record, "utf8"));
    } catch (error) {
        // The record only saves work: without a readable one everything is packaged again.
        if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") {
            return {};
        }
        throw error;
    }
}

async function digestOfFile(file: string): Promise<string | undefined> {
    try {
        return digest(await readFile(file));
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return undefined;
        }
        throw error;
    }
}

function digest(content: string | Buffer): string {
    return createHash("sha256").update(content).digest("hex");
}

async function replaceFile(file: string, text: string): Promise<void> {
    const next = `${file}.${process.pid}.tmp`;
    await writeFile(next, text);
    await rename(next, file);
}

async function run(helm: string, args: string[]): Promise<void> {
    try {
        await promisify(execFile)(helm, args);
    } catch (error) {
        const { stderr } = error as { stderr?: string };
        throw new Error(`helm ${args.join(" ")} failed: ${stderr?.trim() || String(error)}`, { cause: error });
    }
}

if (import.meta.main) {
    const bin = await mkdtemp(join(tmpdir(), "airflow-linkerd-charts-"));
    try {
        // The binary is whatever program it is called as.
        await symlink(await clusterBinary(console.log), join(bin, "helm"));
        await packageCharts(join(bin, "helm"), console.log);
    } finally {
        await rm(bin, { recursive: true, force: true });
    }
}
