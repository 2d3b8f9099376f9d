import assert from "node:assert/strict";

import { type MeshServer, serverProblem } from "../../../../../rehearsal/cluster/node/mesh/server-problem.ts";
import { pod } from "../pods/pod-fixture.ts";

const labels = { app: "web", tier: "front" };

function web() {
    const made = pod({ inits: ["sidecar"] });
    const [main] = made.spec?.containers ?? [];
    const [proxy] = made.spec?.initContainers ?? [];
    assert.ok(main && proxy);
    main.ports = [{ name: "http", containerPort: 8080 }, { containerPort: 9090 }];
    proxy.ports = [{ name: "linkerd-admin", containerPort: 4191 }];
    return { ...made, metadata: { ...made.metadata, labels } };
}

function server(
    name: string,
    port: number | string,
    matchLabels: Record<string, string>,
    namespace = "team",
): MeshServer {
    return { metadata: { name, namespace }, spec: { podSelector: { matchLabels }, port } };
}

describe("the Servers that choose a pod", () => {
    it("are well when each is for a port of its own, by number or by a name that the pod has", () => {
        const servers = [
            server("a", 9090, { app: "web" }),
            server("b", "http", { tier: "front" }),
            server("c", "linkerd-admin", {}),
            server("d", 8443, { app: "web" }),
        ];
        assert.equal(serverProblem(web(), servers), undefined);
    });

    it("are in each other's way when two choose one port, whatever they call it", () => {
        assert.equal(
            serverProblem(web(), [server("a", 8080, { app: "web" }), server("b", "http", { tier: "front" })]),
            "Servers a and b both choose port 8080 of this pod: only the older would count. Let one Server choose it.",
        );
    });

    it("say nothing when the pod has no port of that name", () => {
        assert.equal(
            serverProblem(web(), [server("a", "https", {})]),
            'Server a chooses this pod at its port "https", and it has none of that name: its default policy would stay ' +
                "in force. Give the number, or the name that the pod has.",
        );
    });

    it("are those of its namespace that want its labels, and no workloads outside", () => {
        const outside: MeshServer = { metadata: { name: "e", namespace: "team" }, spec: { port: 8080 } };
        const servers = [
            server("a", 8080, { app: "web" }),
            server("b", 8080, { app: "web" }, "other"),
            server("c", 8080, { app: "api" }),
            outside,
        ];
        assert.equal(serverProblem(web(), servers), undefined);
    });
});
