import assert from "node:assert/strict";

import { type V1PersistentVolume, type V1PersistentVolumeClaim } from "@kubernetes/client-node";

import { isReleased, volumeFor } from "../../../../rehearsal/cluster/node/claim-volumes.ts";

const ours = "airflow-linkerd.io/rehearsal";

function claim(provisioner = ours): V1PersistentVolumeClaim {
    return {
        metadata: {
            name: "data-airflow-postgresql-0",
            namespace: "airflow",
            uid: "uid-1",
            annotations: { "volume.kubernetes.io/storage-provisioner": provisioner },
        },
        spec: {
            accessModes: ["ReadWriteOnce"],
            resources: { requests: { storage: "8Gi" } },
            storageClassName: "rehearsal",
            volumeMode: "Filesystem",
        },
    };
}

describe("volumes for claims", () => {
    it("are of the size that the claim asks for, and for that claim alone", () => {
        const volume = volumeFor(claim());
        assert.deepEqual(volume?.spec?.capacity, { storage: "8Gi" });
        assert.deepEqual(volume?.spec?.accessModes, ["ReadWriteOnce"]);
        assert.equal(volume?.spec?.claimRef?.uid, "uid-1");
        assert.equal(volume?.spec?.storageClassName, "rehearsal");
    });

    it("have one name per claim, so that a second try makes no second volume", () => {
        assert.equal(volumeFor(claim())?.metadata?.name, volumeFor(claim())?.metadata?.name);
    });

    it("are not made for somebody else's claims, bound claims and claims that are going", () => {
        const bound = claim();
        bound.spec = { ...bound.spec, volumeName: "pvc-uid-1" };
        const going = claim();
        going.metadata = { ...going.metadata, deletionTimestamp: new Date() };
        assert.deepEqual([claim("ebs.csi.aws.com"), bound, going].map(volumeFor), [undefined, undefined, undefined]);
    });

    it("are deleted when released, and only ours", () => {
        const volume = (phase: string, provisioner = ours): V1PersistentVolume => ({
            metadata: { name: "pvc-uid-1", annotations: { "pv.kubernetes.io/provisioned-by": provisioner } },
            spec: { persistentVolumeReclaimPolicy: "Delete" },
            status: { phase },
        });
        assert.ok(isReleased(volume("Released")));
        assert.ok(!isReleased(volume("Bound")));
        assert.ok(!isReleased(volume("Released", "ebs.csi.aws.com")));
    });
});
