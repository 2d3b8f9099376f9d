import { type Alias } from "@pulumi/pulumi/proto/alias_pb.js";
import { type ReadResourceRequest, type RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";

import { EngineError } from "../engine-error.ts";
import { mapValues, type PropertyMap } from "../values/property.ts";
import { type ResourceState } from "../state/state.ts";
import { fromStruct } from "./wire.ts";

/** What the program asks a resource to be. */
export interface Goal {
    readonly type: string;
    readonly name: string;
    readonly custom: boolean;
    readonly parent: string;
    readonly inputs: PropertyMap;
    readonly dependencies: readonly string[];
    readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
    /** Empty for the default provider of the type's package. */
    readonly provider: string;
    readonly version: string;
    readonly protect?: boolean;
    readonly retainOnDelete?: boolean;
    readonly deleteBeforeReplace?: boolean;
    readonly ignoreChanges: readonly string[];
    readonly replaceOnChanges: readonly string[];
    readonly additionalSecretOutputs: readonly string[];
    readonly aliases: readonly Alias[];
    readonly customTimeouts: NonNullable<ResourceState["customTimeouts"]>;
}

/** What the rehearsal does not do, by the name that a program's author knows it under. */
const refusals: readonly [string, (request: RegisterResourceRequest) => boolean][] = [
    ["import", (request) => request.getImportid() !== ""],
    ["deletedWith", (request) => request.getDeletedwith() !== ""],
    ["replaceWith", (request) => request.getReplaceWithList().length > 0],
    ["replacementTrigger", (request) => request.hasReplacementTrigger()],
    ["transforms", (request) => request.getTransformsList().length > 0],
    ["hooks", (request) => request.hasHooks()],
    ["stateMigrations", (request) => request.getStateMigrationsList().length > 0],
    ["envVarMappings", (request) => request.getEnvvarmappingsMap().getLength() > 0],
    ["hideDiffs", (request) => request.getHidediffsList().length > 0],
    ["pluginDownloadURL", (request) => request.getPlugindownloadurl() !== ""],
    ["remote components", (request) => request.getRemote()],
    ["parameterized packages", (request) => request.getPackageref() !== ""],
];

export function unsupported(what: string): EngineError {
    return new EngineError(`${what}: not supported by the rehearsal. Take it out, or deploy with Pulumi's own engine`);
}

/** A goal with nothing said beyond what it is. */
export const plainGoal = {
    custom: true,
    parent: "",
    dependencies: [],
    propertyDependencies: {},
    provider: "",
    ignoreChanges: [],
    replaceOnChanges: [],
    additionalSecretOutputs: [],
    aliases: [],
    customTimeouts: {},
} satisfies Partial<Goal>;

export function goalOf(request: RegisterResourceRequest): Goal {
    const refused = refusals.filter(([, given]) => given(request)).map(([name]) => name);
    if (refused.length > 0) {
        throw unsupported(refused.join(", "));
    }
    const propertyDependencies: Record<string, readonly string[]> = {};
    request.getPropertydependenciesMap().forEach((value, key) => (propertyDependencies[key] = value.getUrnsList()));
    return {
        ...shared(request),
        custom: request.getCustom(),
        inputs: fromStruct(request.getObject()),
        propertyDependencies,
        protect: request.hasProtect() ? request.getProtect() : undefined,
        retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : undefined,
        deleteBeforeReplace: request.getDeletebeforereplacedefined() ? request.getDeletebeforereplace() : undefined,
        ignoreChanges: request.getIgnorechangesList(),
        replaceOnChanges: request.getReplaceonchangesList(),
        aliases: request.getAliasesList(),
        customTimeouts: timeouts(request.getCustomtimeouts()),
    };
}

export function readGoalOf(request: ReadResourceRequest): Goal {
    if (request.getPackageref() !== "") {
        throw unsupported("parameterized packages");
    }
    return { ...shared(request), inputs: fromStruct(request.getProperties()) };
}

function shared(request: RegisterResourceRequest | ReadResourceRequest) {
    return {
        ...plainGoal,
        type: request.getType(),
        name: request.getName(),
        parent: request.getParent(),
        dependencies: request.getDependenciesList(),
        provider: request.getProvider(),
        version: request.getVersion(),
        additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    };
}

const secondsPer: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

function timeouts(given: RegisterResourceRequest.CustomTimeouts | undefined): Goal["customTimeouts"] {
    const said = {
        create: given?.getCreate() ?? "",
        update: given?.getUpdate() ?? "",
        read: given?.getRead() ?? "",
        // By its getter: as an object the message calls it pb_delete.
        delete: given?.getDelete() ?? "",
    };
    const texts = Object.entries(said).filter(([, text]) => text !== "");
    return mapValues(Object.fromEntries(texts), (text, operation) => {
        if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) {
            throw new EngineError(`customTimeouts.${operation} is "${text}": give a duration such as "90s" or "1h30m"`);
        }
        const parts = [...text.matchAll(/([\d.]+)(ms|s|m|h)/g)];
        return parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (secondsPer[unit] ?? 0), 0);
    });
}
