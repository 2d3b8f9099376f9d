import { type Property, Secret, worded } from "../../rehearsal/engine/values/property.ts";
import { type ScannedResource } from "./scanned-resource.ts";

/** The objects among these as manifests. What a chart makes is not among them: it is the chart's authors' to scan. */
export function kubernetesManifests(
    all: readonly ScannedResource[],
): { resource: ScannedResource; manifest: unknown }[] {
    return all
        .filter(
            ({ custom, inputs }) => custom && typeof inputs.apiVersion === "string" && typeof inputs.kind === "string",
        )
        .map((resource) => ({ resource, manifest: said(resource.inputs) }));
}

/** Scanners look for passwords in plain text, not for what stands in their place. */
function said(value: Property): unknown {
    return worded<unknown>(value, {
        secret: (secret) => (secret instanceof Secret ? "[secret]" : undefined),
        unknown: () => "[unknown]",
    });
}
