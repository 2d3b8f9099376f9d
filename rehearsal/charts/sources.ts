import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { checkout } from "../place.ts";

/** A Go module that carries files which a chart of ours needs, and the folder of ours whose go.mod pins it. */
export interface ModuleFiles {
    readonly module: string;
    readonly version: string;
    readonly pinnedIn: string;
    readonly folder: string;
}

/** The definitions that the running controllers were built with. */
export const definitions: Record<string, ModuleFiles> = {
    "cert-manager": {
        module: "github.com/cert-manager/cert-manager",
        version: "v1.21.2",
        pinnedIn: "rehearsal/cluster/binary",
        folder: "deploy/crds",
    },
    "trust-manager": {
        module: "github.com/cert-manager/trust-manager",
        version: "v0.25.0",
        pinnedIn: "rehearsal/cluster/binary",
        folder: "deploy/crds",
    },
};

/** Gateway API has no chart; its release is one manifest made of these files. */
export const gatewayApi: ModuleFiles = {
    module: "sigs.k8s.io/gateway-api",
    version: "v1.5.1",
    pinnedIn: "rehearsal/charts/sources",
    folder: "config/crd/experimental",
};

/** Envoy Gateway's own definitions, which are objects of the stack beside Gateway API's. */
export const envoyGateway: ModuleFiles = {
    module: "github.com/envoyproxy/gateway",
    version: "v1.9.1",
    pinnedIn: "rehearsal/entrance/gateway",
    folder: "charts/gateway-helm/charts/crds/crds/generated",
};

/** The module's YAML files by name, downloaded if this machine does not have them yet. */
export async function moduleFiles(source: ModuleFiles): Promise<Map<string, string>> {
    const folder = join(await moduleFolder(source), source.folder);
    const names = (await readdir(folder)).filter((name) => name.endsWith(".yaml") && name !== "kustomization.yaml");
    const files = new Map<string, string>();
    for (const name of names.sort()) {
        files.set(name, await readFile(join(folder, name), "utf8"));
    }
    return files;
}

async function moduleFolder(source: ModuleFiles): Promise<string> {
    const wanted = `${source.module}@${source.version}`;
    const answer = await goModDownload(source, wanted);
    if (answer.Version !== source.version || answer.Dir === undefined) {
        throw new Error(
            `${source.pinnedIn}/go.mod gives ${source.module} ${answer.Version ?? "in no version"}, but the charts are made ` +
                `for ${source.version}: change both together. ${answer.Error ?? ""}`.trim(),
        );
    }
    return answer.Dir;
}

async function goModDownload(source: ModuleFiles, wanted: string): Promise<Record<string, string | undefined>> {
    try {
        const { stdout } = await promisify(execFile)("go", ["mod", "download", "-json", source.module], {
            cwd: join(checkout, source.pinnedIn),
            // A workspace file above the checkout would change the pinned versions.
            env: { ...process.env, GOWORK: "off" },
        });
        return JSON.parse(stdout);
    } catch (error) {
        const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
        if (code === "ENOENT") {
            const wayOut = "install Go 1.26 or newer and put it on the PATH";
            throw new Error(`${wanted} is needed to package the charts: ${wayOut}.`, { cause: error });
        }
        throw new Error(
            `${wanted} is needed to package the charts and could not be had: ${(stderr || stdout || String(error)).trim()}. ` +
                `Check GOPROXY and the network, then run "go mod download ${source.module}" in ${source.pinnedIn}.`,
            { cause: error },
        );
    }
}
