import assert from "node:assert/strict";

import { DefaultStorage, StorageDriver } from "../../../../components/cluster/nodes/default-storage.ts";
import { underMocks } from "../../../support/mocks.ts";

describe("DefaultStorage", () => {
    it("encrypts volumes of claims that name no class, each in the zone of its pod", async () => {
        const { registered } = await underMocks(
            ["kubernetes:storage.k8s.io/v1:StorageClass"],
            () => new DefaultStorage("storage", { driver: StorageDriver.addon }),
        );
        const input = (path: string) => registered.input("storage-class", path);
        assert.deepEqual(input("metadata.annotations"), { "storageclass.kubernetes.io/is-default-class": "true" });
        assert.deepEqual(input("parameters"), { type: "gp3", encrypted: "true" });
        assert.equal(input("provisioner"), "ebs.csi.aws.com");
        assert.equal(input("volumeBindingMode"), "WaitForFirstConsumer");
    });
});
