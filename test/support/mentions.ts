import { isMap, type Property, Secret } from "../../rehearsal/engine/values/property.ts";

/** Whether a text for which `holds` is true stands anywhere in a value, secret or not. */
export function mentions(value: Property, holds: (text: string) => boolean): boolean {
    if (value instanceof Secret) {
        return mentions(value.value, holds);
    }
    if (Array.isArray(value)) {
        return value.some((item) => mentions(item, holds));
    }
    return isMap(value)
        ? Object.values(value).some((item) => mentions(item, holds))
        : typeof value === "string" && holds(value);
}
