import structProto, { type JavaScriptValue, type Struct } from "google-protobuf/google/protobuf/struct_pb.js";

import { EngineError } from "../engine-error.ts";
import { isMap, mapValues, type Property, type PropertyMap, Secret, UNKNOWN, worded } from "../values/property.ts";

// Pulumi's own constants, from sdk/nodejs/runtime/rpc.ts.
export const UNKNOWN_VALUE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

/** JSON, with Pulumi's marked maps for what JSON has no word for. */
export type Json = Record<string, unknown>;

export function fromStruct(struct: Struct | undefined): PropertyMap {
    return fromJson(struct?.toJavaScript() ?? {}) as PropertyMap;
}

export function toStruct(map: PropertyMap): Struct {
    const json = toJson(map, ({ value }, secret) => ({ value: secret(value) }));
    return structProto.Struct.fromJavaScript(json as Record<string, JavaScriptValue>);
}

/** `open` makes the plain value of a secret's map; on the wire it stands in `value`. */
export function fromJson(
    value: unknown,
    open = (secret: Json): Property => fromJson(secret.value ?? null),
    at = "",
): Property {
    if (value === UNKNOWN_VALUE) {
        return UNKNOWN;
    }
    if (Array.isArray(value)) {
        return value.map((item, index) => fromJson(item, open, `${at}[${index}]`));
    }
    if (!isMap(value)) {
        return value as Property;
    }
    const map = value as Json;
    switch (map[SIGNATURE]) {
        case undefined:
            return mapValues(map, (item, key) => fromJson(item, open, at === "" ? key : `${at}.${key}`));
        case SECRET:
            return new Secret(open(map));
        case ASSET:
        case ARCHIVE:
            throw new EngineError(
                `${at} is an asset or archive, which the rehearsal does not support: pass the text itself`,
            );
        default:
            throw new EngineError(`${at} carries the unknown signature ${String(map[SIGNATURE])}`);
    }
}

/** `seal` makes what stands in a secret's map, and may have its inner value made JSON. */
export function toJson(map: Property, seal: (secret: Secret, json: (value: Property) => unknown) => Json): unknown {
    return worded<unknown>(map, {
        secret: (secret) => ({ [SIGNATURE]: SECRET, ...seal(secret, (value) => toJson(value, seal)) }),
        unknown: () => UNKNOWN_VALUE,
    });
}
