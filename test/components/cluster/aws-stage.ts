import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";

import { stringify } from "yaml";

import { destroy, type EngineOptions, preview, type RunResult, up } from "../../../rehearsal/engine/engine.ts";
import { type Provider, type ProviderFactory } from "../../../rehearsal/engine/plugins/provider.ts";
import { recordedAws } from "../../../rehearsal/providers/aws/provider.ts";
import { type Answers } from "../../../rehearsal/providers/aws/answers.ts";

/** One stack of the program in `programs/stack`, deployed by the rehearsal's engine to the recorded AWS. */
export class AwsStage {
    /** The operations of the last run in order, such as `create network-vpc`. */
    readonly calls: string[] = [];
    /** The output of the last run. */
    shown = "";
    readonly #folder: string;

    private constructor(folder: string) {
        this.#folder = folder;
    }

    static async open(): Promise<AwsStage> {
        return new AwsStage(await mkdtemp(join(tmpdir(), "airflow-linkerd-aws-")));
    }

    close(): Promise<void> {
        return rm(this.#folder, { recursive: true, force: true });
    }

    up(config: Record<string, unknown>, answers: Answers = {}): Promise<RunResult> {
        return this.#run(up, config, answers);
    }

    preview(config: Record<string, unknown>, answers: Answers = {}): Promise<RunResult> {
        return this.#run(preview, config, answers);
    }

    destroy(): Promise<RunResult> {
        return this.#run(destroy, {}, {});
    }

    /** Whether these operations came in this order. False if one is missing. */
    inOrder(...calls: string[]): boolean {
        const places = calls.map((call) => this.calls.indexOf(call));
        return places.every((place, index) => place >= 0 && place > (places[index - 1] ?? -1));
    }

    /** The names of the resources in the state. */
    async recorded(): Promise<string[]> {
        return (await this.#state()).map(({ urn }) => urn.split("::").at(-1) ?? "");
    }

    /** A resource's input in the state, at a path such as `scalingConfig.minSize`. */
    async input(name: string, path: string): Promise<unknown> {
        const found = (await this.#state()).filter(({ urn }) => urn.endsWith(`::${name}`));
        assert.equal(found.length, 1, `there must be one ${name} in the state, and there are ${found.length}`);
        return path.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], found[0]?.inputs);
    }

    async #state(): Promise<{ urn: string; inputs?: Record<string, unknown> }[]> {
        const text = await readFile(join(this.#folder, "state", "dev.json"), "utf8");
        const { deployment } = JSON.parse(text) as {
            deployment: { resources: { urn: string; inputs?: Record<string, unknown> }[] };
        };
        return deployment.resources;
    }

    async #run(
        how: (options: EngineOptions) => Promise<RunResult>,
        config: Record<string, unknown>,
        answers: Answers,
    ): Promise<RunResult> {
        this.calls.length = 0;
        this.shown = "";
        const configFile = join(this.#folder, "Pulumi.dev.yaml");
        const own = Object.fromEntries(Object.entries(config).map(([key, value]) => [`stack:${key}`, value]));
        await writeFile(configFile, stringify({ config: { ...own, "aws:region": "eu-west-1" } }));
        return how({
            projectFolder: fileURLToPath(new URL("programs/stack", import.meta.url)),
            stack: "dev",
            stateFolder: join(this.#folder, "state"),
            configFile,
            binFolder: this.#folder,
            providers: { aws: this.#watched(recordedAws(answers)) },
            output: new Writable({
                write: (chunk: Buffer, _encoding, done) => {
                    this.shown += chunk.toString();
                    done();
                },
            }),
        });
    }

    #watched(factory: ProviderFactory): ProviderFactory {
        return (settings, host) => {
            const provider = factory(settings, host);
            const note = (call: string, address: { name: string }, previewing: boolean): void => {
                if (!previewing) {
                    this.calls.push(`${call} ${address.name}`);
                }
            };
            const watched: Pick<Provider, "create" | "update" | "delete"> = {
                create: (address, inputs, operation) => {
                    note("create", address, operation.preview);
                    return provider.create(address, inputs, operation);
                },
                update: (address, id, before, outputs, inputs, operation) => {
                    note("update", address, operation.preview);
                    return provider.update(address, id, before, outputs, inputs, operation);
                },
                delete: (address, id, inputs, outputs, operation) => {
                    note("delete", address, operation.preview);
                    return provider.delete(address, id, inputs, outputs, operation);
                },
            };
            return { ...provider, ...watched };
        };
    }
}
