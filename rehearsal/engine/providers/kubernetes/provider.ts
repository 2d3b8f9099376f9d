import { createHash, randomBytes } from "node:crypto";

import { parseAllDocuments } from "yaml";

import { hasUnknown, type Plain, type PlainMap, UNKNOWN } from "../../property.ts";
import {
    type CheckFailure,
    type DiffAnswer,
    type DiffRequest,
    type Operation,
    PartialFailure,
    type Provider,
    type ProviderHost,
    type ProviderState,
    type ResourceAddress,
} from "../../provider.ts";
import { HelmRelease } from "../helm/release.ts";
import { type ApiObject, ApiError, ApiUnreachable } from "./api.ts";
import { Cluster } from "./cluster.ts";
import { replacePaths } from "./replacement.ts";
import { NoCluster, Settings } from "./settings.ts";
import { waitFor } from "./wait-for.ts";

const release = "kubernetes:helm.sh/v3:Release";
const refused = /^kubernetes:(yaml|kustomize|helm\.sh)\/|:\w+(Patch|List)$/;

export class KubernetesProvider implements Provider {
    public readonly recorded = false;
    readonly #settings: Settings;
    readonly #cluster: Cluster;
    readonly #releases: HelmRelease;

    constructor(inputs: PlainMap, host: ProviderHost) {
        this.#settings = new Settings(inputs, host.projectFolder);
        this.#cluster = new Cluster(this.#settings);
        this.#releases = new HelmRelease(this.#settings, this.#cluster, host);
    }

    async check(
        address: ResourceAddress,
        oldInputs: PlainMap | undefined,
        newInputs: PlainMap,
    ): ReturnType<Provider["check"]> {
        if (address.type === release) {
            return this.#releases.check(address, oldInputs, newInputs);
        }
        const failures: CheckFailure[] = [];
        if (refused.test(address.type)) {
            failures.push({
                property: "",
                reason: `${address.type} is not supported here: use the kind's own resource`,
            });
        }
        const metadata = { ...(newInputs.metadata as PlainMap | undefined) };
        if (metadata.generateName !== undefined) {
            failures.push({
                property: "metadata.generateName",
                reason: "not possible with server-side apply: give a name",
            });
        }
        if (metadata.name === undefined) {
            const old = oldInputs?.metadata as PlainMap | undefined;
            metadata.name = old?.name !== undefined && named(old) ? old.name : `${address.name}-${randomBytes(4).toString("hex")}`;
            metadata.annotations = { ...(metadata.annotations as PlainMap), "pulumi.com/autonamed": "true" };
        }
        try {
            waitFor(annotation(newInputs, "pulumi.com/waitFor") ?? "condition=Ready");
        } catch (error) {
            failures.push({ property: "metadata.annotations", reason: (error as Error).message });
        }
        return { inputs: { ...newInputs, metadata }, failures };
    }

    async diff(request: DiffRequest): Promise<DiffAnswer> {
        const { oldInputs, newInputs, oldOutputs } = request;
        if (request.type === release) {
            return this.#releases.diff(request);
        }
        const mutable = new Set<string>();
        if (this.#settings.on("enableConfigMapMutable") && oldInputs.immutable !== true) {
            mutable.add("ConfigMap");
        }
        if (this.#settings.on("enableSecretMutable") && oldInputs.immutable !== true) {
            mutable.add("Secret");
        }
        const metadata = newInputs.metadata as PlainMap;
        const old = { ...(oldInputs.metadata as PlainMap), ...(oldOutputs.metadata as PlainMap | undefined) };
        const samePlace =
            old.namespace === undefined || old.namespace === (metadata.namespace ?? this.#settings.namespace);
        const paths = replacePaths(
            String(newInputs.apiVersion),
            String(newInputs.kind),
            request.changes,
            mutable,
        ).filter((path) => !(path === "metadata.namespace" && samePlace));
        const taken = samePlace && old.name === metadata.name;
        return { changes: request.changes, replacePaths: paths, deleteBeforeReplace: paths.length > 0 && taken };
    }

    async create(address: ResourceAddress, inputs: PlainMap, operation: Operation): Promise<ProviderState> {
        if (address.type === release) {
            return this.#releases.create(address, inputs, operation);
        }
        const manager = fieldManager(address.urn, inputs);
        if (operation.preview) {
            return { id: "", outputs: await this.#tryOut(inputs, manager, true, operation) };
        }
        const found = await this.#cluster.locate(inputs, operation);
        let existing = await found.api.get(found.path, operation);
        if (existing?.metadata?.deletionTimestamp) {
            operation.progress("waiting for the one before it to be gone");
            await this.#cluster.untilGone(found, existing, operation);
            existing = undefined;
        }
        if (existing && !operation.resumed && !this.#mayTake(existing, inputs, manager)) {
            throw alreadyExists(existing);
        }
        return this.#apply(inputs, manager, operation.resumed, operation);
    }

    async update(
        address: ResourceAddress,
        id: string,
        oldInputs: PlainMap,
        oldOutputs: PlainMap,
        newInputs: PlainMap,
        operation: Operation,
    ): Promise<PlainMap> {
        if (address.type === release) {
            return this.#releases.update(address, oldOutputs, newInputs, operation);
        }
        const manager = fieldManager(address.urn, newInputs, oldOutputs);
        if (operation.preview) {
            return this.#tryOut(newInputs, manager, false, operation);
        }
        return (await this.#apply(newInputs, manager, operation.resumed, operation)).outputs;
    }

    async delete(
        address: ResourceAddress,
        id: string,
        inputs: PlainMap,
        outputs: PlainMap,
        operation: Operation,
    ): Promise<void> {
        if (address.type === release) {
            return this.#releases.delete(inputs, operation);
        }
        await this.#cluster.remove(at(inputs, id), operation);
    }

    async read(
        address: ResourceAddress,
        id: string,
        inputs: PlainMap,
        operation: Operation,
    ): Promise<ProviderState | undefined> {
        if (address.type === release) {
            return this.#releases.read(id, inputs, operation);
        }
        const found = await this.#cluster.find(at(inputs, id), operation);
        const live = found && (await found.api.get(found.path, operation));
        return live && { id, outputs: outputsOf(live, fieldManager(address.urn, inputs)) };
    }

    async invoke(token: string, args: PlainMap): Promise<PlainMap> {
        if (token !== "kubernetes:yaml:decode") {
            throw new Error(`${token} is not supported here: only kubernetes:yaml:decode is`);
        }
        const documents = parseAllDocuments(String(args.text));
        const broken = [...documents].flatMap((document) => document.errors)[0];
        if (broken) {
            throw new Error(`the manifest is not valid YAML: ${broken.message}`);
        }
        const objects = [...documents]
            .map((document) => document.toJS() as PlainMap | null)
            .filter((each) => each !== null);
        return {
            result: objects.flatMap((each) => (/List$/.test(String(each.kind)) && (each.items as Plain[])) || [each]),
        };
    }

    secretOutputs(type: string): readonly string[] {
        return type === "kubernetes:core/v1:Secret" ? ["data", "stringData"] : [];
    }

    /** What a field manager of this very resource made is its own: a run may have died before it could record that. */
    #mayTake(existing: ApiObject, inputs: PlainMap, manager: string): boolean {
        const mine = existing.metadata?.managedFields?.some((entry) => entry.manager === manager);
        return mine === true || this.#settings.on("upsertExistingObjects") || this.#forced(inputs);
    }

    #forced(inputs: PlainMap): boolean {
        return annotation(inputs, "pulumi.com/patchForce") === "true" || this.#settings.on("enablePatchForce");
    }

    async #apply(inputs: PlainMap, manager: string, resumed: boolean, operation: Operation): Promise<ProviderState> {
        const found = await this.#cluster.locate(inputs, operation);
        const made = await found.api
            .apply(found.path, manifest(inputs), manager, resumed || this.#forced(inputs), operation)
            .catch((error: unknown) => {
                throw error instanceof ApiError && error.code === 409 ? conflict(error) : error;
            });
        const id = made.metadata?.namespace
            ? `${made.metadata.namespace}/${made.metadata.name}`
            : `${made.metadata?.name}`;
        try {
            const live = await this.#cluster.untilReady(found, made, inputs, operation);
            return { id, outputs: outputsOf(live, manager) };
        } catch (error) {
            throw new PartialFailure((error as Error).message, { id, outputs: outputsOf(made, manager) });
        }
    }

    /** A server-side dry run, and the inputs themselves where that cannot be had. */
    async #tryOut(inputs: PlainMap, manager: string, create: boolean, operation: Operation): Promise<PlainMap> {
        if (hasUnknown(inputs)) {
            return inputs;
        }
        try {
            const call = { signal: operation.signal, patient: false };
            const found = await this.#cluster.find(inputs, call);
            const existing = found && (await found.api.get(found.path, call));
            if (create && existing && !operation.resumed && !this.#mayTake(existing, inputs, manager)) {
                throw alreadyExists(existing);
            }
            const query = { dryRun: "All" };
            const force = operation.resumed || this.#forced(inputs);
            const tried = await found?.api.apply(found.path, manifest(inputs), manager, force, { ...call, query });
            return tried ? notYetKnown(outputsOf(tried, manager), create) : inputs;
        } catch (error) {
            if (error instanceof ApiUnreachable || error instanceof NoCluster) {
                operation.warn(`previewed without the cluster: ${error.message}`);
                return inputs;
            }
            // Its namespace comes with this very run, or the account may only look.
            if (error instanceof ApiError && (error.code === 404 || error.code === 403)) {
                return inputs;
            }
            throw error;
        }
    }
}

/** Server-side apply tracks `stringData` and never takes a key out of `data`, so only `data` is sent. */
function manifest(inputs: PlainMap): PlainMap {
    const { stringData, ...rest } = inputs;
    if (inputs.kind !== "Secret" || stringData === undefined) {
        return inputs;
    }
    const encoded = Object.entries(stringData as PlainMap).map(([key, value]) => [
        key,
        Buffer.from(String(value)).toString("base64"),
    ]);
    return { ...rest, data: { ...(rest.data as PlainMap | undefined), ...Object.fromEntries(encoded) } };
}

function outputsOf(live: ApiObject, manager: string): PlainMap {
    const metadata = { ...live.metadata };
    delete metadata.managedFields;
    return { ...(live as unknown as PlainMap), metadata: metadata as unknown as PlainMap, __fieldManager: manager };
}

/** What a dry run makes up. */
function notYetKnown(outputs: PlainMap, create: boolean): PlainMap {
    const metadata: PlainMap = { ...(outputs.metadata as PlainMap), resourceVersion: UNKNOWN };
    if (!create) {
        return { ...outputs, metadata };
    }
    const spec = outputs.spec as PlainMap | undefined;
    const service = outputs.kind === "Service" && spec?.clusterIP !== "None";
    return {
        ...outputs,
        metadata: { ...metadata, uid: UNKNOWN, creationTimestamp: UNKNOWN } as PlainMap,
        ...(service ? { spec: { ...spec, clusterIP: UNKNOWN, clusterIPs: UNKNOWN } } : {}),
        status: UNKNOWN,
    };
}

function fieldManager(urn: string, inputs: PlainMap, old?: PlainMap): string {
    const own = `pulumi-kubernetes-${createHash("sha256").update(urn).digest("hex").slice(0, 8)}`;
    return annotation(inputs, "pulumi.com/patchFieldManager") ?? (old?.__fieldManager as string | undefined) ?? own;
}

export function annotation(inputs: PlainMap, name: string): string | undefined {
    const value = ((inputs.metadata as PlainMap | undefined)?.annotations as PlainMap | undefined)?.[name];
    return typeof value === "string" ? value : undefined;
}

const named = (metadata: PlainMap): boolean => annotation({ metadata }, "pulumi.com/autonamed") === "true";

function at(inputs: PlainMap, id: string): PlainMap {
    const [namespace, name] = id.includes("/") ? id.split("/") : [undefined, id];
    return {
        ...inputs,
        metadata: { ...(inputs.metadata as PlainMap), name: name ?? id, ...(namespace ? { namespace } : {}) },
    };
}

function alreadyExists({ kind, metadata }: ApiObject): Error {
    const where = metadata?.namespace ? ` in namespace ${metadata.namespace}` : "";
    return new Error(
        `${kind} ${metadata?.name} already exists${where} and was not made by this resource: delete it, choose another name, ` +
            'or take it over with annotation pulumi.com/patchForce: "true"',
    );
}

function conflict(error: ApiError): Error {
    return new Error(
        `${error.message}. Leave these fields to the other manager (ignoreChanges, or out of the program), or take them ` +
            'over with annotation pulumi.com/patchForce: "true"',
        { cause: error },
    );
}
