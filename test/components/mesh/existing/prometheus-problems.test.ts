import assert from "node:assert/strict";

import { type FoundPrometheus } from "../../../../components/mesh/existing/parts.ts";
import { prometheusProblems } from "../../../../components/mesh/existing/prometheus-problems.ts";
import { problemText } from "../../../../components/problem.ts";

const prometheus = {
    namespace: "monitoring",
    service: "prometheus",
    port: 9090,
    serviceAccount: "prometheus",
    labels: { app: "prometheus" },
};
const pod = { serviceAccount: "prometheus", ready: true, meshed: true };
const usable: FoundPrometheus = { ports: [9090], pods: [pod] };

const refused = (found: Partial<FoundPrometheus>) =>
    prometheusProblems(
        { clusterIssuers: [], forbidden: [], leftOver: {}, prometheus: { ...usable, ...found } },
        { gatewayApi: false, prometheus },
    ).map((problem) => problemText(problem));

describe("a Prometheus of somebody else's", () => {
    it("is used where it is as the stack says, and runs in the mesh", () => {
        assert.deepEqual(refused({}), []);
    });

    it("is refused where it is not asked as the stack says", () => {
        assert.deepEqual(refused({ ports: undefined }), [
            'existing.prometheus.service is "prometheus": namespace monitoring has no such Service. Name the one where Prometheus is asked.',
        ]);
        assert.deepEqual(refused({ ports: [80, 9091] }), [
            "existing.prometheus.port is 9090: the Service prometheus has 80, 9091. Name the one where Prometheus is asked.",
        ]);
    });

    it("is refused where no pod is it, or another account is its own", () => {
        assert.deepEqual(refused({ pods: [] }), [
            "existing.prometheus.labels is a map: no pod of namespace monitoring has them. Give those of its pods.",
        ]);
        assert.deepEqual(refused({ pods: [{ ...pod, serviceAccount: "operator" }] }), [
            'existing.prometheus.serviceAccount is "prometheus": its pods run as operator. Name that.',
        ]);
    });

    it("is refused where it does not run, or would be nobody to the mesh", () => {
        assert.deepEqual(refused({ pods: [{ ...pod, ready: false }] }), [
            'existing.prometheus.namespace is "monitoring": none of its pods there is ready. See to it, or to whom it belongs.',
        ]);
        assert.deepEqual(refused({ pods: [pod, { ...pod, meshed: false }] }), [
            'existing.prometheus.namespace is "monitoring": its pods there are to have no proxy, and the mesh lets in by identity alone who reads metrics. Annotate them, or the namespace, with linkerd.io/inject: enabled, and start them anew once Linkerd is there.',
        ]);
    });

    it("is not looked for where the stack says nothing of one", () => {
        const found = { clusterIssuers: [], forbidden: [], leftOver: {} };
        assert.deepEqual(prometheusProblems(found, { gatewayApi: false }), []);
    });
});
