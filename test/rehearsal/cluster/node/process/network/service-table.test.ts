import assert from "node:assert/strict";

import { type V1EndpointSlice, type V1Service, type V1ServiceSpec } from "@kubernetes/client-node";

import { serviceTable } from "../../../../../../rehearsal/cluster/node/process/network/service-table.ts";

function service(spec: V1ServiceSpec): V1Service {
    return { metadata: { name: "web", namespace: "team" }, spec };
}

function slice(endpoints: V1EndpointSlice["endpoints"], namespace = "team"): V1EndpointSlice {
    return {
        addressType: "IPv4",
        metadata: { namespace, labels: { "kubernetes.io/service-name": "web" } },
        ports: [{ name: "http", port: 8080 }],
        endpoints,
    };
}

const http = { name: "http", port: 80, targetPort: "http" };
const ready = { addresses: ["10.244.0.5"], conditions: { ready: true } };
const unready = { addresses: ["10.244.0.6"], conditions: { ready: false } };

describe("the table of Services", () => {
    it("leads from the Service's port to the port of each pod that is ready", () => {
        const { routes, names } = serviceTable(
            [service({ clusterIP: "10.96.0.7", ports: [http] })],
            [slice([ready, unready])],
        );
        assert.deepEqual(routes, [{ from: "10.96.0.7:80", to: [{ address: "10.244.0.5", port: 8080 }] }]);
        assert.deepEqual(names, { "web.team.svc.cluster.local": ["10.96.0.7"] });
    });

    it("leads nowhere when no pod is ready", () => {
        const { routes } = serviceTable([service({ clusterIP: "10.96.0.7", ports: [http] })], [slice([unready])]);
        assert.deepEqual(routes, [{ from: "10.96.0.7:80", to: [] }]);
    });

    it("takes no pods of a Service of the same name elsewhere", () => {
        const { routes } = serviceTable(
            [service({ clusterIP: "10.96.0.7", ports: [http] })],
            [slice([ready], "other")],
        );
        assert.deepEqual(routes[0]?.to, []);
    });

    it("names the pods themselves for a headless Service", () => {
        const { routes, names } = serviceTable(
            [service({ clusterIP: "None", ports: [http] })],
            [slice([{ ...ready, hostname: "web-0" }, unready])],
        );
        assert.deepEqual(routes, []);
        assert.deepEqual(names, {
            "web.team.svc.cluster.local": ["10.244.0.5"],
            "web-0.web.team.svc.cluster.local": ["10.244.0.5"],
        });
    });
});
