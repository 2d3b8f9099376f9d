import { masked } from "../engine/values/secrecy.ts";
import { fixedInputs } from "../providers/aws/replacement.ts";
import { fixedFields } from "../providers/kubernetes/replacement.ts";
import { type Json, readable } from "./readable.ts";
import { type Recording } from "./recording.ts";

const releaseType = "kubernetes:helm.sh/v3:Release";

/**
 * A recording as plans are compared: readable, with the inputs for which a provider makes a resource anew, and with each
 * Helm release as Helm takes it.
 */
export function planForm(recording: Recording): Json {
    const { resources, outputs } = readable(recording) as {
        resources: Record<string, Record<string, Json>>;
        outputs: Json;
    };
    const releases = new Map(
        recording.resources
            .filter(({ type }) => type === releaseType)
            .map(({ name, inputs }) => [`${name} (${releaseType})`, masked(inputs) as Json]),
    );
    return {
        resources: Object.fromEntries(
            Object.entries(resources).map(([key, resource]) => {
                const type = key.slice(key.lastIndexOf("(") + 1, -1);
                const release = releases.get(key);
                const replaced = { replacedBy: [...replacedBy(type, resource.inputs)] };
                return [key, { ...resource, ...replaced, ...(release === undefined ? {} : { release }) }];
            }),
        ),
        outputs,
    };
}

function replacedBy(type: string, inputs: Json | undefined): readonly string[] {
    if (type.startsWith("aws:")) {
        return fixedInputs(type);
    }
    if (type === releaseType) {
        return ["name", "namespace"];
    }
    if (type.startsWith("kubernetes:")) {
        const { apiVersion, kind } = (inputs ?? {}) as { apiVersion?: string; kind?: string };
        return fixedFields(apiVersion ?? "", kind ?? "");
    }
    // The providers of keys and generated values make all of them anew, whatever changes.
    return /^(tls|random):/.test(type) ? Object.keys((inputs ?? {}) as Record<string, Json>) : [];
}
