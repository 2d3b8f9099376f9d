import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";

import { stringify } from "yaml";

import { destroy, type EngineOptions, preview, refresh, type RunResult, up } from "../../../rehearsal/engine/engine.ts";
import { type Described } from "./described.ts";
import { World } from "./world.ts";

export interface Plan {
    readonly resources: readonly Described[];
    readonly outputs?: Record<string, unknown>;
}

/** One stack of the described program, with a world and a folder of its own. */
export class Stage {
    readonly world = new World();
    readonly folder: string;
    /** All that the runs so far have shown. */
    shown = "";

    private constructor(folder: string) {
        this.folder = folder;
    }

    static async open(): Promise<Stage> {
        return new Stage(await mkdtemp(join(tmpdir(), "airflow-linkerd-engine-")));
    }

    close(): Promise<void> {
        return rm(this.folder, { recursive: true, force: true });
    }

    get stateFile(): string {
        return join(this.folder, "state", "dev.json");
    }

    async state(): Promise<string> {
        return readFile(this.stateFile, "utf8");
    }

    /** The state's resource of this name. */
    async recorded(name: string): Promise<Record<string, unknown> | undefined> {
        const { deployment } = JSON.parse(await this.state()) as { deployment: { resources: { urn: string }[] } };
        return deployment.resources.find(({ urn }) => urn.endsWith(`::${name}`)) as Record<string, unknown> | undefined;
    }

    async options(plan: Plan, more: Partial<EngineOptions> = {}): Promise<EngineOptions> {
        const configFile = join(this.folder, "Pulumi.dev.yaml");
        const config = { "described:resources": plan.resources, "described:outputs": plan.outputs ?? {} };
        await writeFile(configFile, stringify({ config: { ...config, "other:where": "elsewhere" } }));
        return {
            projectFolder: fileURLToPath(new URL("programs/described", import.meta.url)),
            stack: "dev",
            stateFolder: join(this.folder, "state"),
            configFile,
            binFolder: this.folder,
            providers: { fake: this.world.factory, other: this.world.factory },
            output: new Writable({
                write: (chunk: Buffer, _encoding, done) => {
                    this.shown += chunk.toString();
                    done();
                },
            }),
            ...more,
        };
    }

    async up(resources: readonly Described[], more: Partial<EngineOptions> & { outputs?: Plan["outputs"] } = {}) {
        return this.#run(up, resources, more);
    }

    async preview(resources: readonly Described[], more: Partial<EngineOptions> & { outputs?: Plan["outputs"] } = {}) {
        return this.#run(preview, resources, more);
    }

    async destroy(more: Partial<EngineOptions> = {}) {
        return this.#run(destroy, [], more);
    }

    async refresh(more: Partial<EngineOptions> = {}) {
        return this.#run(refresh, [], more);
    }

    async #run(
        how: (options: EngineOptions) => Promise<RunResult>,
        resources: readonly Described[],
        { outputs, ...more }: Partial<EngineOptions> & { outputs?: Plan["outputs"] },
    ): Promise<RunResult> {
        this.shown = "";
        this.world.calls.length = 0;
        this.world.log.length = 0;
        return how(await this.options({ resources, outputs: outputs ?? {} }, more));
    }
}
