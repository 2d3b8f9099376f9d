import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type V1PersistentVolume, type V1Volume, type V1VolumeMount } from "@kubernetes/client-node";

import { containerMounts } from "../../../../../rehearsal/cluster/node/process/pod-volumes.ts";
import { type TokenRequest } from "../../../../../rehearsal/cluster/node/process/volume-files.ts";
import { whereabouts } from "./whereabouts.ts";

const configMaps = { settings: { "app.cfg": "[core]", "other.cfg": "" } };
/** By claim. */
const volumes: Readonly<Record<string, string>> = { bound: "pvc-1", static: "logs", early: "unknown" };
const persistentVolumes: Readonly<Record<string, V1PersistentVolume>> = {
    "pvc-1": {
        metadata: { annotations: { "pv.kubernetes.io/provisioned-by": "airflow-linkerd.io/rehearsal" } },
        spec: { hostPath: { path: "/var/lib/rehearsal/volumes/pvc-1" } },
    },
    logs: { spec: { hostPath: { path: "/var/lib/logs" } } },
};
const secrets = { keys: { "tls.key": "private" } };

describe("the volumes of a container", () => {
    let root: string;
    const asked: TokenRequest[] = [];

    beforeEach(() => {
        root = mkdtempSync(join(tmpdir(), "volumes-"));
        asked.length = 0;
    });

    afterEach(() => {
        rmSync(root, { recursive: true });
    });

    function mounts(volume: Omit<V1Volume, "name">, mount: Partial<V1VolumeMount> = {}) {
        const at = whereabouts({ volumes: [{ name: "it", ...volume }] }, configMaps, secrets);
        const volumeMounts = [{ name: "it", mountPath: "/mnt/it", ...mount }];
        return containerMounts({ name: "main", volumeMounts }, at, {
            pod: join(root, "pod"),
            kept: join(root, "kept"),
            claim: (_namespace, name) => ({ spec: name in volumes ? { volumeName: volumes[name] } : {} }),
            volume: (name) => persistentVolumes[name],
            token: (request) => {
                asked.push(request);
                return Promise.resolve("a token");
            },
        });
    }

    async function only(...given: Parameters<typeof mounts>) {
        const [mount, ...more] = await mounts(...given);
        assert.ok(mount !== undefined && more.length === 0);
        return mount;
    }

    it("hold the keys of a ConfigMap as files that cannot be written", async () => {
        const { source, target, readOnly } = await only({ configMap: { name: "settings" } });
        assert.deepEqual([target, readOnly], ["/mnt/it", true]);
        assert.equal(readFileSync(join(source, "app.cfg"), "utf8"), "[core]");
    });

    it("hold only the keys that are asked for, at their paths", async () => {
        const items = [{ key: "app.cfg", path: "etc/a.cfg" }];
        const { source } = await only({ configMap: { name: "settings", items } });
        assert.equal(readFileSync(join(source, "etc/a.cfg"), "utf8"), "[core]");
        assert.throws(() => statSync(join(source, "other.cfg")), /ENOENT/);
    });

    it("show a single file of themselves", async () => {
        const { source } = await only({ configMap: { name: "settings" } }, { subPath: "app.cfg" });
        assert.equal(readFileSync(source, "utf8"), "[core]");
    });

    it("keep what is secret from everybody else on the machine, whatever mode the pod asks for", async () => {
        const { source } = await only({ secret: { secretName: "keys", defaultMode: 0o644 } });
        assert.equal(statSync(join(source, "tls.key")).mode & 0o777, 0o600);
        assert.equal(statSync(source).mode & 0o777, 0o700);
    });

    it("bring a token for the audience that the pod names", async () => {
        const serviceAccountToken = { path: "token", audience: "vault", expirationSeconds: 600 };
        const { source } = await only({ projected: { sources: [{ serviceAccountToken }] } });
        assert.equal(readFileSync(join(source, "token"), "utf8"), "a token");
        assert.deepEqual(asked, [{ audience: "vault", expirationSeconds: 600 }]);
    });

    it("join what several sources project", async () => {
        const fieldRef = { fieldPath: "metadata.namespace" };
        const { source } = await only({
            projected: {
                sources: [{ downwardAPI: { items: [{ path: "namespace", fieldRef }] } }, { secret: { name: "keys" } }],
            },
        });
        assert.equal(readFileSync(join(source, "namespace"), "utf8"), "team");
        assert.equal(readFileSync(join(source, "tls.key"), "utf8"), "private");
    });

    it("keep what is written to a claim outside of the pod's folder", async () => {
        const { source, readOnly } = await only({ persistentVolumeClaim: { claimName: "bound" } });
        assert.deepEqual([source, readOnly], [join(root, "kept/claims/pvc-1"), false]);
    });

    it("put a folder of the node under the place, never the machine's own there", async () => {
        const { source } = await only({ hostPath: { path: "/etc" } });
        assert.equal(source, join(root, "kept/node/etc"));
    });

    it("are the node's folder where a claim is bound to one, the same for every claim that is", async () => {
        const { source, readOnly } = await only({ persistentVolumeClaim: { claimName: "static" } });
        assert.deepEqual([source, readOnly], [join(root, "kept/node/var/lib/logs"), false]);
    });

    it("wait for a volume of which nothing is known yet", async () => {
        await assert.rejects(
            mounts({ persistentVolumeClaim: { claimName: "early" } }),
            /nothing is known yet of unknown, which early is bound to/,
        );
    });

    it("wait for a claim that is not bound", async () => {
        await assert.rejects(mounts({ persistentVolumeClaim: { claimName: "new" } }), /claim new is not bound yet/);
    });
});
