import assert from "node:assert/strict";

import { policyPod } from "../../../../../../../rehearsal/cluster/node/process/network/policy/policy-pod.ts";
import { pod as podObject } from "../../../pods/pod-fixture.ts";

describe("a pod as policies see it", () => {
    const running = podObject();
    const withIP = { ...running, status: { ...running.status, podIP: "10.0.0.7" } };

    it("has the address that it will get, before the API server knows of it", () => {
        assert.equal(policyPod(running), undefined);
        assert.equal(policyPod(running, "10.0.0.6")?.address, "10.0.0.6");
        assert.equal(policyPod(withIP)?.address, "10.0.0.7");
    });

    it("is not there once it has ended, nor on the node's own network", () => {
        for (const phase of ["Succeeded", "Failed"]) {
            assert.equal(policyPod({ ...withIP, status: { ...withIP.status, phase } }), undefined);
        }
        const hosted = { ...withIP, spec: { ...withIP.spec, containers: [], hostNetwork: true } };
        assert.equal(policyPod(hosted), undefined);
    });

    it("has the ports that its main containers name, and not those of a sidecar", () => {
        const pod = podObject({ inits: ["sidecar"] });
        const [sidecar] = pod.spec?.initContainers ?? [];
        const [main] = pod.spec?.containers ?? [];
        assert.ok(sidecar && main);
        sidecar.ports = [{ name: "admin", containerPort: 4191 }];
        main.ports = [{ name: "http", containerPort: 80 }, { containerPort: 81 }];
        assert.deepEqual(policyPod(pod, "10.0.0.6")?.ports, [{ name: "http", port: 80, protocol: "TCP" }]);
    });
});
