import assert from "node:assert/strict";

import { serviceRules } from "../../../../../../rehearsal/cluster/node/process/network/service-rules.ts";
import { targetsOf } from "../../../../../../rehearsal/cluster/node/process/network/service-table.ts";

const pods = [
    { address: "10.244.0.5", port: 8080 },
    { address: "10.244.1.6", port: 8080 },
];

describe("the packet rules of Services", () => {
    it("send each connection to the next pod, at the pod's own port", () => {
        const rules = serviceRules([{ from: "10.96.0.7:80", to: pods }]);
        const choice = "numgen inc mod 2 map { 0 : 10.244.0.5 . 8080, 1 : 10.244.1.6 . 8080 }";
        assert.ok(rules.parts.includes(`chain services { ip daddr 10.96.0.7 tcp dport 80 dnat ip to ${choice}; }`));
    });

    it("let a pod call itself by its Service", () => {
        const rules = serviceRules([{ from: "10.96.0.7:80", to: pods }]);
        for (const address of ["10.244.0.5", "10.244.1.6"]) {
            const element = `elements = { ${address} . ${address} };`;
            assert.ok(rules.parts.some((part) => part.startsWith("set hairpin ") && part.includes(element)));
        }
    });

    it("lead nowhere for a Service that nobody is behind, so that it is refused at once", () => {
        assert.doesNotMatch(JSON.stringify(serviceRules([{ from: "10.96.0.7:80", to: [] }])), /10\.96\.0\.7/);
    });
});

describe("the pods behind a port of a Service", () => {
    const table = {
        routes: [{ from: "10.96.0.7:80", to: pods }],
        names: { "web.team.svc.cluster.local": ["10.96.0.7"] },
    };

    it("are found by its full name", () => {
        assert.deepEqual(targetsOf(table, "web.team.svc.cluster.local", 80), pods);
    });

    it("are none for a port or a name that there is not", () => {
        assert.deepEqual(targetsOf(table, "web.team.svc.cluster.local", 81), []);
        assert.deepEqual(targetsOf(table, "web.other.svc.cluster.local", 80), []);
    });
});
