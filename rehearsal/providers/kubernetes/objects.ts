import { createHash, randomBytes } from "node:crypto";

import { hasUnknown, type PlainMap, UNKNOWN } from "../../engine/values/property.ts";
import {
    type CheckFailure,
    type Operation,
    PartialFailure,
    type Provider,
    type ProviderState,
} from "../../engine/plugins/provider.ts";
import { type ApiObject, ApiError, ApiUnreachable } from "./api.ts";
import { type Cluster } from "./cluster.ts";
import { inputsSince } from "./drift.ts";
import { readiness } from "./readiness.ts";
import { replacePaths } from "./replacement.ts";
import { NoCluster, type Settings } from "./settings.ts";
import { waitFor } from "./wait-for.ts";

const refused = /^kubernetes:(yaml|kustomize|helm\.sh)\/|:\w+(Patch|List)$/;
const autonamed = "pulumi.com/autonamed";

/** On a Job that is to be made anew when the one before it has not ended well. */
const replaceUnready = "pulumi.com/replaceUnready";

/** What a part of the provider does for the types that are its own. */
export type Part = Omit<Provider, "invoke" | "recorded">;

/** Every kind that the API server knows, by server-side apply. */
export function kubernetesObjects(settings: Settings, cluster: Cluster): Part {
    let withoutCluster = false;

    const forced = (inputs: PlainMap): boolean =>
        annotation(inputs, "pulumi.com/patchForce") === "true" || settings.on("enablePatchForce");

    /** What a field manager of this very resource made is its own: a run may have died before it could record that. */
    const refuseTaken = (existing: ApiObject, inputs: PlainMap, manager: string, { resumed }: Operation): void => {
        const mine = existing.metadata?.managedFields?.some((entry) => entry.manager === manager);
        if (!mine && !resumed && !forced(inputs) && !settings.on("upsertExistingObjects")) {
            const { name, namespace } = existing.metadata ?? {};
            throw new Error(
                `${existing.kind} ${name} already exists${namespace ? ` in namespace ${namespace}` : ""} and was not made by this ` +
                    'resource: delete it, choose another name, or take it over with annotation pulumi.com/patchForce: "true"',
            );
        }
    };

    const apply = async (inputs: PlainMap, manager: string, operation: Operation): Promise<ProviderState> => {
        const found = await cluster.locate(inputs, operation);
        const force = operation.resumed || forced(inputs);
        const made = await cluster.api
            .apply(found.path, manifest(inputs), manager, force, operation)
            .catch((error: unknown) => {
                throw error instanceof ApiError && error.code === 409 ? conflict(error) : error;
            });
        const { name, namespace } = made.metadata ?? {};
        const id = namespace ? `${namespace}/${name}` : String(name);
        try {
            return { id, outputs: outputsOf(await cluster.untilReady(found, made, operation), manager) };
        } catch (error) {
            throw new PartialFailure((error as Error).message, { id, outputs: outputsOf(made, manager) });
        }
    };

    /** Whether a Job has ended well, as far as the cluster can be asked: Pulumi's provider does not mind if it cannot. */
    const isComplete = async (inputs: PlainMap): Promise<boolean> => {
        try {
            const found = await cluster.find(inputs, { patient: false });
            const live = found && (await cluster.api.get(found.path, { patient: false }));
            return !live || readiness["batch/v1/Job"]?.judge(live, []).state === "ready";
        } catch (error) {
            if (error instanceof ApiUnreachable || error instanceof NoCluster || error instanceof ApiError) {
                return true;
            }
            throw error;
        }
    };

    /** A server-side dry run, and the inputs themselves where that cannot be had. */
    const tryOut = async (
        inputs: PlainMap,
        manager: string,
        create: boolean,
        operation: Operation,
    ): Promise<PlainMap> => {
        if (hasUnknown(inputs)) {
            return inputs;
        }
        try {
            const call = { signal: operation.signal, patient: false, query: { dryRun: "All" } };
            const found = await cluster.find(inputs, call);
            const existing = create && found && (await cluster.api.get(found.path, call));
            if (existing) {
                refuseTaken(existing, inputs, manager, operation);
            }
            const force = operation.resumed || forced(inputs);
            const tried = found && (await cluster.api.apply(found.path, manifest(inputs), manager, force, call));
            return tried ? notYetKnown(outputsOf(tried, manager), create) : inputs;
        } catch (error) {
            if (error instanceof ApiUnreachable || error instanceof NoCluster) {
                if (!withoutCluster) {
                    // Said once: it is as true of every other object.
                    withoutCluster = true;
                    operation.warn(`previewed without the cluster: ${error.message}`);
                }
                return inputs;
            }
            // Its namespace comes with this very run, or the account may only look.
            if (error instanceof ApiError && (error.code === 404 || error.code === 403)) {
                return inputs;
            }
            throw error;
        }
    };

    return {
        async check({ type, name }, oldInputs, newInputs) {
            const failures: CheckFailure[] = [];
            const metadata = { ...(newInputs.metadata as PlainMap | undefined) };
            if (refused.test(type)) {
                failures.push({ property: "", reason: `${type} is not supported here: use the kind's own resource` });
            }
            if (metadata.generateName !== undefined) {
                failures.push({
                    property: "metadata.generateName",
                    reason: "not possible with server-side apply: give a name",
                });
            }
            if (metadata.name === undefined) {
                const old =
                    annotation(oldInputs, autonamed) === "true" ? (oldInputs?.metadata as PlainMap).name : undefined;
                metadata.name = old ?? `${name}-${randomBytes(4).toString("hex")}`;
                metadata.annotations = { ...(metadata.annotations as PlainMap), [autonamed]: "true" };
            }
            try {
                waitFor(annotation(newInputs, "pulumi.com/waitFor") ?? "condition=Ready");
            } catch (error) {
                failures.push({ property: "metadata.annotations", reason: (error as Error).message });
            }
            return { inputs: { ...newInputs, metadata }, failures };
        },

        async diff({ oldInputs, oldOutputs, newInputs, changes }) {
            const { apiVersion, kind, metadata } = newInputs as {
                apiVersion: string;
                kind: string;
                metadata: PlainMap;
            };
            const mutable = oldInputs.immutable !== true && ["ConfigMap", "Secret"].includes(kind);
            const keepsData =
                mutable && settings.on(kind === "Secret" ? "enableSecretMutable" : "enableConfigMapMutable");
            const old = { ...(oldInputs.metadata as PlainMap), ...(oldOutputs.metadata as PlainMap | undefined) };
            const samePlace =
                old.namespace === undefined || old.namespace === (metadata.namespace ?? settings.namespace);
            const paths = replacePaths(apiVersion, kind, changes, keepsData).filter(
                (path) => !(path === "metadata.namespace" && samePlace),
            );
            if (kind === "Job" && annotation(newInputs, replaceUnready) === "true" && !(await isComplete(newInputs))) {
                paths.push(`metadata.annotations["${replaceUnready}"]`);
            }
            const taken = samePlace && old.name === metadata.name;
            return { changes, replacePaths: paths, deleteBeforeReplace: paths.length > 0 && taken };
        },

        async create({ urn }, inputs, operation) {
            const manager = fieldManager(urn, inputs);
            if (operation.preview) {
                return { id: "", outputs: await tryOut(inputs, manager, true, operation) };
            }
            const found = await cluster.locate(inputs, operation);
            const existing = await cluster.api.get(found.path, operation);
            if (existing?.metadata?.deletionTimestamp) {
                operation.progress("waiting for the one before it to be gone");
                await cluster.untilGone(found, existing, operation);
            } else if (existing) {
                refuseTaken(existing, inputs, manager, operation);
            }
            return apply(inputs, manager, operation);
        },

        async update({ urn }, _id, _oldInputs, oldOutputs, newInputs, operation) {
            const manager = fieldManager(urn, newInputs, oldOutputs);
            return operation.preview
                ? tryOut(newInputs, manager, false, operation)
                : (await apply(newInputs, manager, operation)).outputs;
        },

        delete: (_address, id, inputs, _outputs, operation) => cluster.remove(at(inputs, id), operation),

        async read({ urn }, id, inputs, recorded, operation) {
            const found = await cluster.find(at(inputs, id), operation);
            const live = found && (await cluster.api.get(found.path, operation));
            if (!live) {
                return undefined;
            }
            const outputs = outputsOf(live, fieldManager(urn, inputs, recorded));
            return { id, outputs, ...(recorded && { inputs: inputsSince(inputs, recorded, outputs) }) };
        },

        secretOutputs: (type) => (type === "kubernetes:core/v1:Secret" ? ["data", "stringData"] : []),
    };
}

/** Server-side apply tracks `stringData` and never takes a key out of `data`, so only `data` is sent. */
function manifest(inputs: PlainMap): PlainMap {
    if (inputs.kind !== "Secret" || inputs.stringData === undefined) {
        return inputs;
    }
    const { stringData, data, ...rest } = inputs as { stringData: PlainMap; data?: PlainMap };
    const encode = (value: unknown): string => Buffer.from(String(value)).toString("base64");
    const encoded = Object.entries(stringData).map(([key, value]) => [key, encode(value)]);
    return { ...rest, data: { ...data, ...(Object.fromEntries(encoded) as PlainMap) } };
}

function outputsOf(live: ApiObject, manager: string): PlainMap {
    const metadata = { ...live.metadata } as unknown as PlainMap;
    delete metadata.managedFields;
    return { ...(live as unknown as PlainMap), metadata, __fieldManager: manager };
}

/** A dry run's outputs without what it made up. */
function notYetKnown(outputs: PlainMap, create: boolean): PlainMap {
    const metadata: PlainMap = { ...(outputs.metadata as PlainMap), resourceVersion: UNKNOWN };
    if (!create) {
        return { ...outputs, metadata };
    }
    const spec = outputs.spec as PlainMap | undefined;
    const addresses =
        outputs.kind === "Service" && spec?.clusterIP !== "None" ? { clusterIP: UNKNOWN, clusterIPs: UNKNOWN } : {};
    Object.assign(metadata, { uid: UNKNOWN, creationTimestamp: UNKNOWN });
    return { ...outputs, metadata, ...(spec ? { spec: { ...spec, ...addresses } as PlainMap } : {}), status: UNKNOWN };
}

function fieldManager(urn: string, inputs: PlainMap, old?: PlainMap): string {
    const own = `pulumi-kubernetes-${createHash("sha256").update(urn).digest("hex").slice(0, 8)}`;
    return annotation(inputs, "pulumi.com/patchFieldManager") ?? (old?.__fieldManager as string | undefined) ?? own;
}

function annotation(inputs: PlainMap | undefined, name: string): string | undefined {
    const value = ((inputs?.metadata as PlainMap | undefined)?.annotations as PlainMap | undefined)?.[name];
    return typeof value === "string" ? value : undefined;
}

function at(inputs: PlainMap, id: string): PlainMap {
    const [namespace, name = id] = id.includes("/") ? id.split("/") : [];
    return { ...inputs, metadata: { ...(inputs.metadata as PlainMap), name, ...(namespace ? { namespace } : {}) } };
}

function conflict(error: ApiError): Error {
    return new Error(
        `${error.message}. Leave these fields to the other manager (ignoreChanges, or out of the program), or take them ` +
            'over with annotation pulumi.com/patchForce: "true"',
        { cause: error },
    );
}
