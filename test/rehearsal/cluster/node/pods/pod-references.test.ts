import assert from "node:assert/strict";

import { type V1Container, type V1Volume } from "@kubernetes/client-node";

import { missingObjects } from "../../../../../rehearsal/cluster/node/pods/pod-references.ts";
import { objects, pod } from "./pod-fixture.ts";

function withVolumes(...volumes: V1Volume[]) {
    const of = pod();
    of.spec = { ...of.spec, containers: of.spec?.containers ?? [], volumes };
    return of;
}

function withContainer(container: Partial<V1Container>) {
    const of = pod();
    of.spec = { ...of.spec, containers: [{ name: "main", ...container }] };
    return of;
}

describe("what a pod refers to", () => {
    it("holds the pod for a Secret that a volume needs, in a kubelet's words", () => {
        const of = withVolumes({ name: "tls", secret: { secretName: "leaf" } });
        assert.equal(
            missingObjects(of, objects()).volumes,
            'MountVolume.SetUp failed for volume "tls": secret "leaf" not found',
        );
        assert.equal(missingObjects(of, objects({ leaf: ["tls.crt"] })).volumes, undefined);
    });

    it("holds the pod for a key that a volume picks", () => {
        const of = withVolumes({ name: "cfg", configMap: { name: "airflow", items: [{ key: "cfg", path: "cfg" }] } });
        assert.match(missingObjects(of, objects({}, { airflow: [] })).volumes ?? "", /couldn't find key cfg/);
        assert.equal(missingObjects(of, objects({}, { airflow: ["cfg"] })).volumes, undefined);
    });

    it("looks into projected volumes", () => {
        const of = withVolumes({
            name: "api-access",
            projected: {
                sources: [{ serviceAccountToken: { path: "token" } }, { configMap: { name: "kube-root-ca.crt" } }],
            },
        });
        assert.match(missingObjects(of, objects()).volumes ?? "", /configmap "kube-root-ca.crt" not found/);
        assert.equal(missingObjects(of, objects({}, { "kube-root-ca.crt": ["ca.crt"] })).volumes, undefined);
    });

    it("does not wait for what is optional", () => {
        const volume = withVolumes({ name: "extra", secret: { secretName: "absent", optional: true } });
        assert.equal(missingObjects(volume, objects()).volumes, undefined);
        const environment = withContainer({
            env: [{ name: "A", valueFrom: { secretKeyRef: { name: "absent", key: "a", optional: true } } }],
            envFrom: [{ configMapRef: { name: "absent", optional: true } }],
        });
        assert.equal(missingObjects(environment, objects()).containers.size, 0);
    });

    it("does not wait for the object behind an optional key either", () => {
        const of = withContainer({
            env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "there", key: "absent", optional: true } } }],
        });
        assert.equal(missingObjects(of, objects({}, { there: [] })).containers.size, 0);
    });

    it("holds one container for its environment", () => {
        const of = withContainer({
            env: [{ name: "DB", valueFrom: { secretKeyRef: { name: "db", key: "connection" } } }],
        });
        assert.equal(missingObjects(of, objects()).containers.get("main"), 'secret "db" not found');
        assert.equal(
            missingObjects(of, objects({ db: ["other"] })).containers.get("main"),
            "couldn't find key connection in secret team/db",
        );
        assert.equal(missingObjects(of, objects({ db: ["connection"] })).containers.size, 0);
    });

    it("holds one container for a whole object in its environment", () => {
        const of = withContainer({ envFrom: [{ secretRef: { name: "all" } }] });
        assert.equal(missingObjects(of, objects()).containers.get("main"), 'secret "all" not found');
    });
});
