import { randomBytes } from "node:crypto";

import { type V1Pod } from "@kubernetes/client-node";
import { parseAllDocuments } from "yaml";

import { type PlainMap } from "../../engine/values/property.ts";
import { type Operation, PartialFailure, type ProviderHost } from "../../engine/plugins/provider.ts";
import { type Cluster } from "../kubernetes/cluster.ts";
import { follow, waiting } from "../kubernetes/follow.ts";
import { type Part } from "../kubernetes/objects.ts";
import { isReady, podProblem } from "../kubernetes/readiness.ts";
import { type Settings } from "../kubernetes/settings.ts";
import { helmCommand, HelmError } from "./command.ts";
import { helmArguments, problems } from "./inputs.ts";

/** Pulumi's own default for a Release, which is helm's. */
const defaultTimeoutSeconds = 300;

/** `helm.v3.Release`: one chart installed by the helm command. A preview looks at the inputs only, as Pulumi's does. */
export function helmReleases(settings: Settings, cluster: Cluster, host: ProviderHost): Part {
    const helm = helmCommand(settings, host);
    const run = (args: readonly string[], inputs: PlainMap, signal?: AbortSignal, values?: PlainMap): Promise<string> =>
        helm([...args, "--namespace", String(inputs.namespace)], signal, values);

    const statusOf = async (inputs: PlainMap, signal?: AbortSignal): Promise<string | undefined> => {
        try {
            const answer = await run(["status", String(inputs.name), "--output", "json"], inputs, signal);
            return (JSON.parse(answer) as { info: { status: string } }).info.status;
        } catch (error) {
            if (error instanceof HelmError && error.message.includes("release: not found")) {
                return undefined;
            }
            throw error;
        }
    };

    const outputsOf = async (inputs: PlainMap, signal?: AbortSignal): Promise<PlainMap> => {
        const { name, namespace } = inputs as { name: string; namespace: string };
        const metadata = await run(["get", "metadata", name, "--output", "json"], inputs, signal);
        const manifest = await run(["get", "manifest", name], inputs, signal);
        const { revision, status, chart, version, appVersion } = JSON.parse(metadata) as Record<string, string>;
        const state = { name, namespace, revision, status, chart, version, appVersion } as PlainMap;
        return {
            ...inputs,
            version: version ?? null,
            status: state,
            resourceNames: resourceNames(manifest, namespace),
        };
    };

    /** Says which pods of the namespace are not ready for as long as helm works, and at the end if it fails. */
    const withPods = async (inputs: PlainMap, operation: Operation, work: () => Promise<string>): Promise<void> => {
        const done = new AbortController();
        const signal = AbortSignal.any([done.signal, operation.signal]);
        const target = { path: `/api/v1/namespaces/${String(inputs.namespace)}/pods`, query: {} };
        let late = "";
        const judge = ([pods = []]: unknown[][]) => waiting((late = notReady(pods as V1Pod[])));
        const progress = (message: string): void => operation.progress(message || "waiting for helm");
        const watching = follow(cluster.api, [target], judge, 24 * 3600, { signal, progress }).catch(
            (error: unknown) => {
                if (!signal.aborted) {
                    operation.warn(`could not look at the release's pods: ${(error as Error).message}`);
                }
            },
        );
        try {
            await work();
        } catch (error) {
            throw error instanceof HelmError && late !== ""
                ? new HelmError(`${error.message}\n  ${late}`, { cause: error })
                : error;
        } finally {
            done.abort();
            await watching;
        }
    };

    /** Brings the release to what the inputs say, from wherever an earlier run left it. */
    const bring = async (status: string | undefined, inputs: PlainMap, operation: Operation): Promise<PlainMap> => {
        const { signal } = operation;
        const name = String(inputs.name);
        const useless = status !== undefined && /^(pending-install|uninstall(ing|ed))$/.test(status);
        if (useless) {
            operation.progress(`removing what an interrupted run left (${status})`);
            await run(["uninstall", name, "--no-hooks", "--ignore-not-found", "--wait=watcher"], inputs, signal);
        } else if (status?.startsWith("pending-")) {
            operation.progress(`rolling back what an interrupted run left (${status})`);
            await run(["rollback", name, "--no-hooks"], inputs, signal);
        }
        const verb = useless || status === undefined ? "install" : "upgrade";
        const args = helmArguments(verb, inputs, timeoutOf(inputs, operation));
        try {
            await withPods(inputs, operation, () => run(args, inputs, signal, (inputs.values ?? {}) as PlainMap));
        } catch (error) {
            // Asked without the signal, since what an interrupted helm left must be recorded. When that cannot be known,
            // the state says that there is something: the next run looks again.
            const { message } = error as Error;
            const left = await statusOf(inputs).catch(() => "unknown");
            if (left === undefined || (left === "deployed" && left === status)) {
                throw error;
            }
            const outputs = await outputsOf(inputs).catch(() => inputs);
            throw new PartialFailure(message, { id: idOf(inputs), outputs });
        }
        return outputsOf(inputs, signal);
    };

    return {
        async check({ name: resourceName }, oldInputs, newInputs) {
            const name = newInputs.name ?? oldInputs?.name ?? `${resourceName}-${randomBytes(4).toString("hex")}`;
            const namespace = newInputs.namespace ?? settings.namespace;
            return { inputs: { ...newInputs, name, namespace }, failures: problems(newInputs, host.projectFolder) };
        },
        async diff({ changes }) {
            const moved = changes.map(({ path }) => path).filter((path) => path === "name" || path === "namespace");
            return { changes, replacePaths: moved, deleteBeforeReplace: false };
        },
        async create(_address, inputs, operation) {
            if (operation.preview) {
                return { id: "", outputs: inputs };
            }
            const status = await statusOf(inputs, operation.signal);
            if (status !== undefined && !operation.resumed) {
                const { name, namespace } = inputs as { name: string; namespace: string };
                throw new Error(
                    `release ${name} already exists in namespace ${namespace} (${status}) and was not made by this resource: ` +
                        "uninstall it with helm uninstall, or choose another name",
                );
            }
            return { id: idOf(inputs), outputs: await bring(status, inputs, operation) };
        },
        async update(_address, _id, _oldInputs, _oldOutputs, newInputs, operation) {
            return operation.preview
                ? newInputs
                : bring(await statusOf(newInputs, operation.signal), newInputs, operation);
        },
        async delete(_address, _id, inputs, _outputs, operation) {
            const wait = inputs.skipAwait === true ? [] : ["--wait=watcher"];
            const timeout = ["--timeout", `${timeoutOf(inputs, operation)}s`];
            const args = ["uninstall", String(inputs.name), "--ignore-not-found", ...wait, ...timeout];
            await withPods(inputs, operation, () => run(args, inputs, operation.signal));
        },
        // As with Pulumi, what was asked for stays what it was: a release that somebody else has upgraded is not told apart.
        async read(_address, id, inputs, _outputs, { signal }) {
            const [namespace, name] = id.includes("/") ? id.split("/") : [settings.namespace, id];
            const found = { ...inputs, name, namespace } as PlainMap;
            const status = await statusOf(found, signal);
            return status === undefined ? undefined : { id, outputs: await outputsOf(found, signal) };
        },
        secretOutputs: () => [],
    };
}

const timeoutOf = ({ timeout }: PlainMap, { timeoutSeconds }: Operation): number =>
    Number(timeout ?? timeoutSeconds ?? defaultTimeoutSeconds);

const idOf = ({ name, namespace }: PlainMap): string => `${String(namespace)}/${String(name)}`;

function notReady(pods: readonly V1Pod[]): string {
    const late = pods.filter((pod) => !isReady(pod));
    const named = late.slice(0, 3).map((pod) => podProblem(pod) ?? `pod ${pod.metadata?.name}`);
    return late.length === 0 ? "" : `${late.length} of ${pods.length} pods not ready: ${named.join("; ")}`;
}

/** Names by kind, as in `Deployment.apps/apps/v1: [airflow/airflow-scheduler]`. */
function resourceNames(manifest: string, namespace: string): Record<string, string[]> {
    const names: Record<string, string[]> = {};
    for (const document of parseAllDocuments(manifest)) {
        const object = document.toJS() as {
            apiVersion: string;
            kind: string;
            metadata: { name: string; namespace?: string };
        } | null;
        if (object) {
            const { apiVersion, kind, metadata } = object;
            const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0]}` : "";
            (names[`${kind}${group}/${apiVersion}`] ??= []).push(`${metadata.namespace ?? namespace}/${metadata.name}`);
        }
    }
    return names;
}
