import { randomBytes } from "node:crypto";

import { type V1Pod } from "@kubernetes/client-node";
import { parseAllDocuments } from "yaml";

import { type PlainMap } from "../../property.ts";
import {
    type CheckFailure,
    type DiffAnswer,
    type DiffRequest,
    type Operation,
    PartialFailure,
    type ProviderHost,
    type ProviderState,
    type ResourceAddress,
} from "../../provider.ts";
import { type Cluster } from "../kubernetes/cluster.ts";
import { follow, waiting } from "../kubernetes/follow.ts";
import { podProblem } from "../kubernetes/readiness.ts";
import { type Settings } from "../kubernetes/settings.ts";
import { HelmCommand, HelmError } from "./command.ts";
import { helmArguments, problems } from "./inputs.ts";

/** Pulumi's own default for a Release, which is helm's. */
const defaultTimeoutSeconds = 300;

/** `helm.v3.Release`: one chart installed by the helm command. A preview looks at the inputs only, as Pulumi's does. */
export class HelmRelease {
    readonly #settings: Settings;
    readonly #cluster: Cluster;
    readonly #host: ProviderHost;
    readonly #helm: HelmCommand;

    constructor(settings: Settings, cluster: Cluster, host: ProviderHost) {
        this.#settings = settings;
        this.#cluster = cluster;
        this.#host = host;
        this.#helm = new HelmCommand(settings, host);
    }

    check(
        address: ResourceAddress,
        oldInputs: PlainMap | undefined,
        newInputs: PlainMap,
    ): { inputs: PlainMap; failures: CheckFailure[] } {
        const name = newInputs.name ?? oldInputs?.name ?? `${address.name}-${randomBytes(4).toString("hex")}`;
        const inputs: PlainMap = { ...newInputs, name, namespace: newInputs.namespace ?? this.#settings.namespace };
        return { inputs, failures: problems(newInputs, this.#host.projectFolder) };
    }

    diff({ changes }: DiffRequest): DiffAnswer {
        const moved = changes.map(({ path }) => path).filter((path) => path === "name" || path === "namespace");
        return { changes, replacePaths: moved, deleteBeforeReplace: false };
    }

    async create(address: ResourceAddress, inputs: PlainMap, operation: Operation): Promise<ProviderState> {
        if (operation.preview) {
            return { id: "", outputs: inputs };
        }
        const status = await this.#status(inputs, operation.signal);
        if (status !== undefined && !operation.resumed) {
            throw new Error(
                `release ${String(inputs.name)} already exists in namespace ${String(inputs.namespace)} (${status}) and was not ` +
                    "made by this resource: uninstall it with helm uninstall, or choose another name",
            );
        }
        return { id: idOf(inputs), outputs: await this.#bring(status, inputs, operation) };
    }

    async update(
        address: ResourceAddress,
        oldOutputs: PlainMap,
        newInputs: PlainMap,
        operation: Operation,
    ): Promise<PlainMap> {
        if (operation.preview) {
            return newInputs;
        }
        return this.#bring(await this.#status(newInputs, operation.signal), newInputs, operation);
    }

    async delete(inputs: PlainMap, operation: Operation): Promise<void> {
        const wait = inputs.skipAwait === true ? [] : ["--wait=watcher"];
        const timeout = ["--timeout", `${timeoutOf(inputs, operation)}s`];
        await this.#withPods(inputs, operation, () =>
            this.#run(
                ["uninstall", String(inputs.name), "--ignore-not-found", ...wait, ...timeout],
                inputs,
                operation.signal,
            ),
        );
    }

    async read(id: string, inputs: PlainMap, operation: Operation): Promise<ProviderState | undefined> {
        const [namespace = "default", name = id] = id.includes("/") ? id.split("/") : [this.#settings.namespace, id];
        const found = { ...inputs, name, namespace };
        const status = await this.#status(found, operation.signal);
        return status === undefined ? undefined : { id, outputs: await this.#outputs(found, operation.signal) };
    }

    /** Brings the release to what the inputs say, from wherever an earlier run left it. */
    async #bring(status: string | undefined, inputs: PlainMap, operation: Operation): Promise<PlainMap> {
        const { signal } = operation;
        const name = String(inputs.name);
        let from = status;
        if (from === "pending-install" || from === "uninstalling" || from === "uninstalled") {
            operation.progress(`removing what an interrupted run left (${from})`);
            await this.#run(["uninstall", name, "--no-hooks", "--ignore-not-found", "--wait=watcher"], inputs, signal);
            from = undefined;
        } else if (from?.startsWith("pending-")) {
            operation.progress(`rolling back what an interrupted run left (${from})`);
            await this.#run(["rollback", name, "--no-hooks"], inputs, signal);
        }
        const args = helmArguments(from === undefined ? "install" : "upgrade", inputs, timeoutOf(inputs, operation));
        try {
            const values = (inputs.values ?? {}) as PlainMap;
            await this.#withPods(inputs, operation, () => this.#run(args, inputs, signal, values));
        } catch (error) {
            // An interrupted helm is asked once more what it left, with no signal, to record it.
            const left = await this.#status(inputs);
            if (left === undefined || (left === from && left === "deployed")) {
                throw error;
            }
            throw new PartialFailure((error as Error).message, {
                id: idOf(inputs),
                outputs: await this.#outputs(inputs),
            });
        }
        return this.#outputs(inputs, signal);
    }

    async #status(inputs: PlainMap, signal?: AbortSignal): Promise<string | undefined> {
        try {
            const answer = await this.#run(["status", String(inputs.name), "--output", "json"], inputs, signal);
            return (JSON.parse(answer) as { info: { status: string } }).info.status;
        } catch (error) {
            if (error instanceof HelmError && error.message.includes("release: not found")) {
                return undefined;
            }
            throw error;
        }
    }

    async #outputs(inputs: PlainMap, signal?: AbortSignal): Promise<PlainMap> {
        const name = String(inputs.name);
        const [metadata, manifest] = await Promise.all([
            this.#run(["get", "metadata", name, "--output", "json"], inputs, signal),
            this.#run(["get", "manifest", name], inputs, signal),
        ]);
        const { revision, status, chart, version, appVersion } = JSON.parse(metadata) as PlainMap;
        const { namespace } = inputs as { namespace: string };
        return {
            ...inputs,
            version: version ?? null,
            status: { name, namespace, revision, status, chart, version, appVersion } as PlainMap,
            resourceNames: resourceNames(manifest, namespace),
        };
    }

    #run(args: readonly string[], inputs: PlainMap, signal?: AbortSignal, values?: PlainMap): Promise<string> {
        return this.#helm.run(args, String(inputs.namespace), signal, values);
    }

    /** Says which pods of the namespace are not ready for as long as helm works, and at the end if it fails. */
    async #withPods<T>(inputs: PlainMap, operation: Operation, work: () => Promise<T>): Promise<T> {
        const done = new AbortController();
        const path = `/api/v1/namespaces/${String(inputs.namespace)}/pods`;
        const limit = { timeoutSeconds: 24 * 3600, signal: AbortSignal.any([done.signal, operation.signal]) };
        let said = "";
        const watching = follow(
            this.#cluster.api,
            [{ path, query: {} }],
            ([pods = []]) => waiting((said = notReady(pods))),
            limit,
            (message) => {
                operation.progress(message);
            },
        ).catch((error: unknown) => (done.signal.aborted || operation.signal.aborted ? undefined : (error as Error)));
        try {
            return await work();
        } catch (error) {
            if (error instanceof HelmError && said !== "") {
                throw new HelmError(`${error.message}\n  ${said}`, { cause: error });
            }
            throw error;
        } finally {
            done.abort();
            const problem = await watching;
            if (problem instanceof Error) {
                operation.warn(`could not look at the release's pods: ${problem.message}`);
            }
        }
    }
}

function timeoutOf(inputs: PlainMap, operation: Operation): number {
    return Number(inputs.timeout ?? operation.timeoutSeconds ?? defaultTimeoutSeconds);
}

const idOf = (inputs: PlainMap): string => `${String(inputs.namespace)}/${String(inputs.name)}`;

function notReady(pods: readonly unknown[]): string {
    const late = (pods as V1Pod[]).filter(
        ({ status }) =>
            status?.phase !== "Succeeded" &&
            !status?.conditions?.some((one) => one.type === "Ready" && one.status === "True"),
    );
    const named = late.slice(0, 3).map((pod) => podProblem(pod) ?? `pod ${pod.metadata?.name}`);
    return late.length === 0 ? "" : `${late.length} of ${pods.length} pods not ready: ${named.join("; ")}`;
}

/** Names by kind, as in `Deployment.apps/apps/v1: [airflow/airflow-scheduler]`. */
export function resourceNames(manifest: string, namespace: string): Record<string, string[]> {
    const names: Record<string, string[]> = {};
    for (const document of parseAllDocuments(manifest)) {
        const object = document.toJS() as {
            apiVersion: string;
            kind: string;
            metadata: { name: string; namespace?: string };
        } | null;
        if (object?.kind) {
            const [group, version] = object.apiVersion.split("/");
            const kind = `${object.kind}${version === undefined ? "" : `.${group}`}/${object.apiVersion}`;
            (names[kind] ??= []).push(`${object.metadata.namespace ?? namespace}/${object.metadata.name}`);
        }
    }
    return names;
}
