import { type PropertyMap } from "../../rehearsal/engine/values/property.ts";

/** What is known of a resource to whoever scans it: recorded, or read from a state. */
export interface ScannedResource {
    readonly urn: string;
    readonly type: string;
    readonly custom: boolean;
    /** URN of the component that it is part of. */
    readonly parent?: string;
    readonly inputs: PropertyMap;
    /** Which resources' outputs each input is made of. */
    readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
}
