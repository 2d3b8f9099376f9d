import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import {
    type V1Container,
    type V1PersistentVolume,
    type V1PersistentVolumeClaim,
    type V1Volume,
} from "@kubernetes/client-node";

import { isProvisioned } from "../claim-volumes.ts";
import { type Whereabouts } from "./container-environment.ts";
import { type Mount } from "./sandbox.ts";
import { type TokenSource, volumeFiles } from "./volume-files.ts";

export interface VolumePlaces {
    /** The pod's own folder, gone when the pod is. */
    readonly pod: string;
    /** What outlives pods: one folder for each volume that a claim is bound to, and one that stands for the node's disk. */
    readonly kept: string;
    readonly claim: (namespace: string, name: string) => V1PersistentVolumeClaim | undefined;
    readonly volume: (name: string) => V1PersistentVolume | undefined;
    readonly token: TokenSource;
}

/** Makes the pod's volumes, private to this user, and says where the container wants them. */
export async function containerMounts(
    container: V1Container,
    at: Whereabouts,
    places: VolumePlaces,
): Promise<readonly Mount[]> {
    const mounts: Mount[] = [];
    for (const { name, mountPath, subPath, subPathExpr, readOnly } of container.volumeMounts ?? []) {
        const volume = at.pod.spec?.volumes?.find((candidate) => candidate.name === name);
        if (volume === undefined) {
            throw new Error(`volumeMounts of container ${container.name} names "${name}": the pod has no such volume`);
        }
        if (subPathExpr !== undefined) {
            throw new Error(`volumeMounts of container ${container.name} has subPathExpr: use subPath here`);
        }
        const { folder, fromObjects } = await make(volume, at, places);
        const source = subPath ? join(folder, subPath) : folder;
        if (subPath && !fromObjects) {
            mkdirSync(source, { recursive: true, mode: 0o700 });
        }
        mounts.push({ source, target: mountPath, readOnly: (readOnly ?? false) || fromObjects });
    }
    return mounts;
}

/** Where the data of a volume is that a claim is bound to. */
export function claimFolder(kept: string, volume: string): string {
    return join(kept, "claims", volume);
}

/** What stands for a folder of the node. Several volumes may be the same one. */
function nodeFolder(kept: string, path: string): string {
    return join(kept, "node", path);
}

export function removeVolumes(pod: string): void {
    rmSync(join(pod, "volumes"), { recursive: true, force: true });
}

async function make(
    volume: V1Volume,
    at: Whereabouts,
    places: VolumePlaces,
): Promise<{ folder: string; fromObjects: boolean }> {
    const files = await volumeFiles(volume, at, places.token);
    if (files === undefined) {
        const folder = folderOf(volume, at, places);
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        return { folder, fromObjects: false };
    }
    const folder = join(places.pod, "volumes", volume.name);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const { path, content, mode } of files) {
        const file = join(folder, path);
        mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
        // In place, so that a container that mounted this one file sees the change. And only its owner's share of the
        // mode: inside, the container's user is the owner, where in a cluster it would be in the owner's group.
        writeFileSync(file, content, { mode: 0o600 });
        chmodSync(file, (mode & 0o700) | 0o600);
    }
    return { folder, fromObjects: true };
}

function folderOf(volume: V1Volume, at: Whereabouts, places: VolumePlaces): string {
    const { emptyDir, persistentVolumeClaim, hostPath } = volume;
    if (emptyDir) {
        return join(places.pod, "volumes", volume.name);
    }
    if (hostPath) {
        return nodeFolder(places.kept, hostPath.path);
    }
    if (persistentVolumeClaim) {
        const { claimName } = persistentVolumeClaim;
        const bound = places.claim(at.pod.metadata?.namespace ?? "", claimName)?.spec?.volumeName;
        if (bound === undefined) {
            throw new Error(`volume ${volume.name}: the claim ${claimName} is not bound yet`);
        }
        const provided = places.volume(bound);
        if (provided === undefined) {
            throw new Error(`volume ${volume.name}: nothing is known yet of ${bound}, which ${claimName} is bound to`);
        }
        const path = provided.spec?.hostPath?.path;
        return path === undefined || isProvisioned(provided)
            ? claimFolder(places.kept, bound)
            : nodeFolder(places.kept, path);
    }
    throw new Error(`volume ${volume.name} is of a kind that is not known here: ${Object.keys(volume).join(", ")}`);
}
