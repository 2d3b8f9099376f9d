import { readFile } from "node:fs/promises";

import * as pulumi from "@pulumi/pulumi";
import { loadAll } from "js-yaml";

import { reasonOf } from "./secrecy/error-reason.ts";

/** One object of a manifest of Kubernetes objects, such as a release's definitions. */
export interface ManifestObject {
    apiVersion: string;
    kind: string;
    metadata: { name: string; [key: string]: unknown };
    [key: string]: unknown;
}

/** Long enough for a slow proxy, short enough that nobody wonders what hangs. */
const fetchSeconds = 60;

/**
 * Reads the manifest from a path or an `https://` address. It is read here, and not by Pulumi's `ConfigFile`, so that a
 * missing file or network is found before anything is registered, and so that a preview shows every object even while
 * the cluster is not known yet.
 */
export async function readManifest(location: string): Promise<ManifestObject[]> {
    const text = location.startsWith("https://") ? await download(location) : await readFile(location, "utf8");
    return parseManifest(text, location);
}

/**
 * The objects in the text, without empty documents, without `status`, which belongs to the API server, and without the
 * prose in the schemas of definitions: it is three quarters of the text, and a state file carries it through every step.
 */
export function parseManifest(text: string, location: string): ManifestObject[] {
    let documents: unknown[];
    try {
        documents = loadAll(text);
    } catch (error) {
        throw new pulumi.RunError(`${location} is no YAML: ${reasonOf(error)}. Fetch it anew.`);
    }
    return documents
        .filter((document) => document != null)
        .map((document, index) => {
            if (!isManifestObject(document)) {
                throw new pulumi.RunError(
                    `${location}, document ${index + 1}, is no Kubernetes object: it needs apiVersion, kind and ` +
                        `metadata.name. Fetch it anew.`,
                );
            }
            const { status, ...object } = document;
            return object.kind === "CustomResourceDefinition" ? (withoutProse(object) as ManifestObject) : object;
        });
}

/** Where a schema has a property that is itself called "description", it is a schema and no text, and stays. */
function withoutProse(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(withoutProse);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const kept = Object.entries(value).filter(([key, item]) => key !== "description" || typeof item !== "string");
    return Object.fromEntries(kept.map(([key, item]) => [key, withoutProse(item)]));
}

async function download(address: string): Promise<string> {
    try {
        const response = await fetch(address, { signal: AbortSignal.timeout(fetchSeconds * 1000) });
        if (!response.ok) {
            throw new Error(`${response.status} ${response.statusText}`);
        }
        return await response.text();
    } catch (error) {
        throw new pulumi.RunError(
            `${address} cannot be read: ${reasonOf(error)}. Check the network, or put ` +
                `the file beside the charts and name their place in airflow-linkerd:charts.mirror.`,
        );
    }
}

function isManifestObject(document: unknown): document is ManifestObject {
    const object = document as Partial<ManifestObject>;
    return (
        typeof document === "object" &&
        typeof object.apiVersion === "string" &&
        typeof object.kind === "string" &&
        typeof object.metadata?.name === "string"
    );
}
