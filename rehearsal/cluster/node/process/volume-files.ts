import { type V1KeyToPath, type V1Volume, type V1VolumeProjection } from "@kubernetes/client-node";

import { podField, type Whereabouts } from "./container-environment.ts";
import { resourceValue } from "./resource-value.ts";

export interface VolumeFile {
    /** Relative to the volume's root. */
    readonly path: string;
    readonly content: Buffer;
    readonly mode: number;
}

export interface TokenRequest {
    readonly audience: string | undefined;
    readonly expirationSeconds: number | undefined;
}

/** Asks the API server for a token of the pod's account. */
export type TokenSource = (request: TokenRequest) => Promise<string>;

// What the API server fills in when a volume does not say.
const DEFAULT_MODE = 0o644;

/** The files of a volume that is made from objects, or undefined for one that is a folder. */
export async function volumeFiles(
    volume: V1Volume,
    at: Whereabouts,
    token: TokenSource,
): Promise<VolumeFile[] | undefined> {
    const { configMap, secret, projected, downwardAPI } = volume;
    if (configMap) {
        return files({ configMap }, configMap.defaultMode, at, token);
    }
    if (secret) {
        return files({ secret: { ...secret, name: secret.secretName } }, secret.defaultMode, at, token);
    }
    if (downwardAPI) {
        return files({ downwardAPI }, downwardAPI.defaultMode, at, token);
    }
    if (projected) {
        const parts = (projected.sources ?? []).map((source) => files(source, projected.defaultMode, at, token));
        return (await Promise.all(parts)).flat();
    }
    return undefined;
}

async function files(
    source: V1VolumeProjection,
    defaultMode: number | undefined,
    at: Whereabouts,
    token: TokenSource,
): Promise<VolumeFile[]> {
    const namespace = at.pod.metadata?.namespace ?? "";
    const mode = defaultMode ?? DEFAULT_MODE;
    const { configMap, secret, downwardAPI, serviceAccountToken } = source;
    if (configMap) {
        const found = at.objects.configMap(namespace, configMap.name ?? "");
        const text = Object.entries(found?.data ?? {}).map(([key, value]) => [key, Buffer.from(value)] as const);
        return chosen(new Map([...text, ...binary(found?.binaryData)]), configMap.items, mode);
    }
    if (secret) {
        return chosen(new Map(binary(at.objects.secret(namespace, secret.name ?? "")?.data)), secret.items, mode);
    }
    if (downwardAPI) {
        return (downwardAPI.items ?? []).map(({ path, fieldRef, resourceFieldRef, mode: own }) => {
            const container = at.pod.spec?.containers.find(({ name }) => name === resourceFieldRef?.containerName);
            const value = fieldRef
                ? podField(fieldRef, at)
                : resourceFieldRef && container
                  ? resourceValue(resourceFieldRef, container)
                  : "";
            return { path, content: Buffer.from(value), mode: own ?? mode };
        });
    }
    if (serviceAccountToken) {
        const { audience, expirationSeconds, path } = serviceAccountToken;
        return [{ path, content: Buffer.from(await token({ audience, expirationSeconds })), mode }];
    }
    throw new Error(`a projected volume has the source ${Object.keys(source).join(", ")}, which is not known here`);
}

function chosen(all: Map<string, Buffer>, items: V1KeyToPath[] | undefined, mode: number): VolumeFile[] {
    if (items === undefined) {
        return [...all].map(([path, content]) => ({ path, content, mode }));
    }
    return items.flatMap(({ key, path, mode: own }) => {
        const content = all.get(key);
        return content === undefined ? [] : [{ path, content, mode: own ?? mode }];
    });
}

function binary(data: Record<string, string> | undefined): (readonly [string, Buffer])[] {
    return Object.entries(data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64")] as const);
}
