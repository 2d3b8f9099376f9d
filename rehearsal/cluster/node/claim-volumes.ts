import { type V1PersistentVolume, type V1PersistentVolumeClaim, type V1StorageClass } from "@kubernetes/client-node";

import { refusalCode } from "./api/api-error.ts";
import { type Kube } from "./api/kube.ts";
import { log } from "./log.ts";
import { untilDone } from "./api/retry.ts";

const provisioner = "airflow-linkerd.io/rehearsal";

// Written by the control plane: on a claim, who is to provide its volume; on a volume, who provided it and so has to
// delete it.
const askedOf = "volume.kubernetes.io/storage-provisioner";
const providedBy = "pv.kubernetes.io/provisioned-by";

/** The class of claims that name none. Nothing is known about where data lies, so a claim need not wait for its pod. */
export const rehearsalStorageClass: V1StorageClass = {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "rehearsal", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner,
    reclaimPolicy: "Delete",
    volumeBindingMode: "Immediate",
};

/** The volume that a claim waits for, or nothing when it waits for none of ours. */
export function volumeFor(claim: V1PersistentVolumeClaim): V1PersistentVolume | undefined {
    const { metadata, spec } = claim;
    const waits = metadata?.annotations?.[askedOf] === provisioner && spec?.volumeName === undefined;
    if (!waits || metadata.deletionTimestamp != null) {
        return undefined;
    }
    const name = `pvc-${metadata.uid}`;
    return {
        apiVersion: "v1",
        kind: "PersistentVolume",
        metadata: { name, annotations: { [providedBy]: provisioner } },
        spec: {
            accessModes: spec?.accessModes,
            capacity: { storage: spec?.resources?.requests?.storage ?? "1Gi" },
            claimRef: {
                apiVersion: "v1",
                kind: "PersistentVolumeClaim",
                namespace: metadata.namespace,
                name: metadata.name,
                uid: metadata.uid,
            },
            // A path inside the node, which is simulated: no such folder is made on this machine.
            hostPath: { path: `/var/lib/rehearsal/volumes/${name}` },
            persistentVolumeReclaimPolicy: "Delete",
            storageClassName: spec?.storageClassName,
            volumeMode: spec?.volumeMode,
        },
    };
}

/** Whether the volume was made here for a claim. The path of such a one is no more than a word. */
export function isProvisioned(volume: V1PersistentVolume): boolean {
    return volume.metadata?.annotations?.[providedBy] === provisioner;
}

/** Whether the volume is ours and its claim is gone. */
export function isReleased(volume: V1PersistentVolume): boolean {
    return (
        isProvisioned(volume) &&
        volume.metadata?.deletionTimestamp == null &&
        volume.spec?.persistentVolumeReclaimPolicy === "Delete" &&
        volume.status?.phase === "Released"
    );
}

/** Gives claims of the default class their volumes, and deletes the volumes of deleted claims. */
export class ClaimVolumes {
    readonly #kube: Kube;
    /** Names of volumes that are being made or deleted: a claim changes several times while it waits. */
    readonly #busy = new Set<string>();

    constructor(kube: Kube) {
        this.#kube = kube;
    }

    async start(): Promise<void> {
        await untilDone("storage class rehearsal", () =>
            unless(409, () => this.#kube.storage.createStorageClass({ body: rehearsalStorageClass })),
        );
    }

    claimChanged(claim: V1PersistentVolumeClaim): void {
        const volume = volumeFor(claim);
        if (volume !== undefined) {
            const owner = `${claim.metadata?.namespace}/${claim.metadata?.name}`;
            void this.#once(volume, `made for claim ${owner}`, () =>
                unless(409, () => this.#kube.core.createPersistentVolume({ body: volume })),
            );
        }
    }

    volumeChanged(volume: V1PersistentVolume): void {
        if (isReleased(volume)) {
            const name = volume.metadata?.name ?? "";
            const body = { preconditions: { uid: volume.metadata?.uid } };
            void this.#once(volume, "deleted with its claim", () =>
                unless(404, () => this.#kube.core.deletePersistentVolume({ name, body })),
            );
        }
    }

    async #once(volume: V1PersistentVolume, done: string, write: () => Promise<void>): Promise<void> {
        const name = volume.metadata?.name ?? "";
        if (this.#busy.has(name)) {
            return;
        }
        this.#busy.add(name);
        await untilDone(`volume ${name}`, async () => {
            await write();
            log(`volume ${name}: ${done}`);
        });
        this.#busy.delete(name);
    }
}

async function unless(expected: number, write: () => Promise<unknown>): Promise<void> {
    try {
        await write();
    } catch (error) {
        if (refusalCode(error) !== expected) {
            throw error;
        }
    }
}
