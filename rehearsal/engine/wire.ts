import structProto, { type JavaScriptValue, type Struct } from "google-protobuf/google/protobuf/struct_pb.js";

import { EngineError } from "./engine-error.ts";
import { type Property, type PropertyMap, ResourceReference, Secret, UNKNOWN } from "./property.ts";

// Pulumi's own constants, from sdk/nodejs/runtime/rpc.ts.
export const UNKNOWN_VALUE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const SIGNATURE = "4dabf18193072939515e22adb298388d";
export const SECRET = "1b47061264138c4ac30d75fd1eb44270";
export const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

type WireMap = Record<string, JavaScriptValue>;

export function fromStruct(struct: Struct | undefined): PropertyMap {
    return fromMap(struct?.toJavaScript() ?? {}, "");
}

export function toStruct(map: PropertyMap): Struct {
    return structProto.Struct.fromJavaScript(toWire(map) as WireMap);
}

function fromMap(map: WireMap, at: string): PropertyMap {
    return Object.fromEntries(
        Object.entries(map).map(([key, value]) => [key, fromWire(value, at === "" ? key : `${at}.${key}`)]),
    );
}

function fromWire(value: JavaScriptValue, at: string): Property {
    if (value === UNKNOWN_VALUE) {
        return UNKNOWN;
    }
    if (Array.isArray(value)) {
        return value.map((item: JavaScriptValue, index) => fromWire(item, `${at}[${index}]`));
    }
    if (value === null || typeof value !== "object") {
        return value;
    }
    const map = value as WireMap;
    switch (map[SIGNATURE]) {
        case undefined:
            return fromMap(map, at);
        case SECRET:
            return new Secret(fromWire(map.value ?? null, at));
        case RESOURCE: {
            const id = fromWire(map.id ?? "", at);
            return new ResourceReference(map.urn as string, id === "" ? undefined : (id as string | typeof UNKNOWN));
        }
        case OUTPUT: {
            const inner = map.value === undefined ? UNKNOWN : fromWire(map.value, at);
            return map.secret === true ? new Secret(inner) : inner;
        }
        case ASSET:
        case ARCHIVE:
            throw new EngineError(
                `${at} is an asset or archive, which the rehearsal does not support: pass the text itself`,
            );
        default:
            throw new EngineError(`${at} carries the unknown signature ${String(map[SIGNATURE])}`);
    }
}

function toWire(value: Property): JavaScriptValue {
    if (value === UNKNOWN) {
        return UNKNOWN_VALUE;
    }
    if (value instanceof Secret) {
        return { [SIGNATURE]: SECRET, value: toWire(value.value) };
    }
    if (value instanceof ResourceReference) {
        const id = value.id === UNKNOWN ? UNKNOWN_VALUE : value.id;
        return { [SIGNATURE]: RESOURCE, urn: value.urn, ...(id !== undefined && { id }) };
    }
    if (Array.isArray(value)) {
        return value.map(toWire);
    }
    if (value !== null && typeof value === "object") {
        return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toWire(item)]));
    }
    return value;
}
