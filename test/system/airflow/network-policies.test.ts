import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
    CoreV1Api,
    KubeConfig,
    NetworkingV1Api,
    type V1NetworkPolicySpec,
    type V1Pod,
    type V1PodSpec,
} from "@kubernetes/client-node";

import { startControlPlane, stopControlPlane } from "../../../rehearsal/cluster/control-plane.ts";
import { readPorts } from "../../../rehearsal/cluster/ports.ts";
import { Containers } from "../../../rehearsal/containers.ts";
import { place } from "../../../rehearsal/place.ts";
import { eventually } from "../bare-cluster.ts";
import { Call, PodView } from "../pod-calls.ts";

const silent = (): void => undefined;
const shop = "shop";
const street = "street";

const everywhere = { podSelector: {} };
const denyAll: V1NetworkPolicySpec = { ...everywhere, policyTypes: ["Ingress", "Egress"] };
const app = (name: string): { podSelector: { matchLabels: Record<string, string> } } => ({
    podSelector: { matchLabels: { app: name } },
});

/** Says on each of its ports by which address it was called, and then what it is told. */
const serving = `
    for (const port of [8080, 9090]) {
        require("node:net").createServer((socket) => {
            socket.on("error", () => undefined);
            socket.write(socket.remoteAddress + "\\n");
            socket.pipe(socket);
        }).listen(port, "0.0.0.0");
    }
`;

describe("network policies between pods that run as processes", function () {
    this.timeout("5m");

    const at = place(mkdtempSync(join(tmpdir(), "airflow-linkerd-policies-")));
    let core: CoreV1Api;
    let networking: NetworkingV1Api;
    let service: string;
    const views = new Map<string, PodView>();

    const from = (name: string): PodView => {
        const view = views.get(name);
        assert.ok(view);
        return view;
    };
    const at8080 = (name: string) => ({ address: from(name).address, port: 8080 });

    async function start(namespace: string, name: string, spec: Partial<V1PodSpec> = {}): Promise<void> {
        const container = {
            name: "main",
            image: "postgres:17.6",
            command: ["/opt/rehearsal/node", "--eval", serving],
            ports: [{ name: "http", containerPort: 8080 }],
            readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
        };
        const body: V1Pod = { metadata: { name, labels: { app: name } }, spec: { containers: [container], ...spec } };
        await core.createNamespacedPod({ namespace, body });
        const ready = await eventually(async () => {
            const pod = await core.readNamespacedPod({ namespace, name });
            return isReady(pod) ? pod : undefined;
        });
        views.set(name, new PodView(at, ready));
    }

    async function policy(name: string, spec: V1NetworkPolicySpec): Promise<void> {
        await networking.createNamespacedNetworkPolicy({ namespace: shop, body: { metadata: { name }, spec } });
    }

    async function remove(name: string): Promise<void> {
        await networking.deleteNamespacedNetworkPolicy({ namespace: shop, name });
    }

    /** What a call comes to as soon as the network knows what has changed, which may take seconds. */
    async function becomes(expected: Call, caller: string, target: { address: string; port: number }): Promise<void> {
        const began = Date.now();
        let last: Call | undefined;
        while (Date.now() - began < 20_000) {
            last = await from(caller).call(target);
            if (last === expected) {
                return;
            }
        }
        assert.equal(last, expected, `${caller} to ${target.address}:${String(target.port)}`);
    }

    before(async () => {
        console.log("      waiting for a control plane with three pods");
        await startControlPlane(at, silent, Containers.processes);
        const config = new KubeConfig();
        config.loadFromFile(at.kubeconfig);
        core = config.makeApiClient(CoreV1Api);
        networking = config.makeApiClient(NetworkingV1Api);
        for (const name of [shop, street, "airflow"]) {
            await core.createNamespace({ body: { metadata: { name } } });
        }
        const account = "airflow-api-server";
        await core.createNamespacedServiceAccount({ namespace: "airflow", body: { metadata: { name: account } } });
        const made = await core.createNamespacedService({
            namespace: shop,
            body: {
                metadata: { name: "server" },
                spec: { selector: { app: "server" }, ports: [{ port: 80, targetPort: "http" }] },
            },
        });
        service = made.spec?.clusterIP ?? "";
        await start(shop, "server", { nodeName: "rehearsal-a" });
        await start(shop, "client", { nodeName: "rehearsal-b" });
        await start(street, "stranger", { nodeName: "rehearsal-a" });
        await start("airflow", "front", { serviceAccountName: account });
    });

    after(async () => {
        await stopControlPlane(at, silent);
        rmSync(at.root, { recursive: true });
    });

    afterEach(async () => {
        const { items } = await networking.listNetworkPolicyForAllNamespaces();
        for (const { metadata } of items) {
            const { name = "", namespace = "" } = metadata ?? {};
            await networking.deleteNamespacedNetworkPolicy({ namespace, name });
        }
        await becomes(Call.answered, "client", at8080("server"));
        await becomes(Call.answered, "stranger", at8080("server"));
    });

    it("are not there at first: everybody reaches everybody, with and without the Service", async () => {
        for (const caller of ["client", "stranger"]) {
            assert.equal(await from(caller).call(at8080("server")), Call.answered);
            assert.equal(await from(caller).call({ address: from("server").address, port: 9090 }), Call.answered);
            assert.equal(await from(caller).call({ address: service, port: 80 }), Call.answered);
        }
    });

    it("do not hide who calls by a Service", async () => {
        assert.equal(await from("client").heard({ address: service, port: 80 }), from("client").address);
    });

    it("do not come between a pod and itself, which it may call by its Service too", async () => {
        await policy("deny", denyAll);
        await becomes(Call.unanswered, "client", at8080("server"));
        assert.equal(await from("server").call(at8080("server")), Call.answered);
        assert.equal(await from("server").call({ address: service, port: 80 }), Call.answered);
    });

    it("refuse without a word what none allows, and leave the node's probes alone", async () => {
        await policy("deny", denyAll);
        await becomes(Call.unanswered, "client", at8080("server"));
        assert.equal(await from("stranger").call(at8080("server")), Call.unanswered);
        assert.equal(await from("client").call({ address: service, port: 80 }), Call.unanswered);
        assert.equal(await from("client").call(at8080("stranger")), Call.unanswered);
        // A namespace without policies is as free as before, among its own.
        assert.equal(await from("stranger").call(at8080("front")), Call.answered);
        await start(shop, "newcomer");
        assert.equal(await from("stranger").call(at8080("newcomer")), Call.unanswered);
        await core.deleteNamespacedPod({ namespace: shop, name: "newcomer", gracePeriodSeconds: 0 });
    });

    it("let through what both sides allow, at this port and from this pod alone", async () => {
        await policy("deny", denyAll);
        await policy("server", {
            ...app("server"),
            policyTypes: ["Ingress"],
            ingress: [{ _from: [app("client")], ports: [{ port: "http" }] }],
        });
        await becomes(Call.unanswered, "client", at8080("server"));
        await policy("client", {
            ...app("client"),
            policyTypes: ["Egress"],
            egress: [{ to: [app("server")], ports: [{ port: 8080, endPort: 8089 }] }],
        });
        await becomes(Call.answered, "client", at8080("server"));
        assert.equal(await from("client").call({ address: service, port: 80 }), Call.answered);
        assert.equal(await from("client").call({ address: from("server").address, port: 9090 }), Call.unanswered);
        assert.equal(await from("server").call(at8080("client")), Call.unanswered);
        assert.equal(await from("stranger").call(at8080("server")), Call.unanswered);
    });

    it("follow the labels of pods and namespaces", async () => {
        await policy("visitors", {
            ...app("server"),
            ingress: [{ _from: [{ namespaceSelector: { matchLabels: { visitors: "welcome" } } }] }],
        });
        await becomes(Call.unanswered, "stranger", at8080("server"));
        const label = (value: string | null) => [{ op: "add", path: "/metadata/labels/visitors", value }];
        await core.patchNamespace({ name: street, body: label("welcome") });
        await becomes(Call.answered, "stranger", at8080("server"));
        await core.patchNamespace({ name: street, body: label("away") });
        await becomes(Call.unanswered, "stranger", at8080("server"));
    });

    it("cut what is open when nothing allows it any more", async () => {
        const open = await from("client").hold(at8080("server"));
        assert.equal(await open.echoes(), true);
        await policy("deny", denyAll);
        await becomes(Call.unanswered, "client", at8080("server"));
        assert.equal(await open.echoes(), false);
        open.close();
    });

    it("decide about names and the API server like about anything else", async () => {
        const apiServer = { address: "10.96.0.1", port: 443 };
        assert.equal(await from("client").resolves("server.shop.svc.cluster.local"), service);
        await policy("deny", denyAll);
        await becomes(Call.unanswered, "client", apiServer);
        assert.equal(await from("client").resolves("server.shop.svc.cluster.local"), undefined);
        await policy("ground", {
            ...everywhere,
            policyTypes: ["Egress"],
            egress: [
                {
                    to: [
                        {
                            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
                            podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
                        },
                    ],
                    ports: [{ port: 53, protocol: "UDP" }],
                },
                { to: [{ ipBlock: { cidr: "10.96.0.1/32" } }], ports: [{ port: 443 }] },
            ],
        });
        await becomes(Call.accepted, "client", apiServer);
        assert.equal(await from("client").resolves("server.shop.svc.cluster.local"), service);
    });

    it("keep a pod from the machine's metadata, which it reaches without them", async () => {
        const metadata = { address: "169.254.169.254", port: 80 };
        assert.equal(await from("client").call(metadata), Call.accepted);
        await policy("outside", {
            ...app("client"),
            policyTypes: ["Egress"],
            egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.0.0/16"] } }] }],
        });
        await becomes(Call.unanswered, "client", metadata);
        assert.equal(await from("client").call(at8080("server")), Call.answered);
    });

    it("decide about the identity provider, which pods find at their own 127.0.0.1", async () => {
        const provider = { address: "127.0.0.1", port: readPorts(at)?.identityProvider ?? 0 };
        assert.equal(await from("front").call(provider), Call.accepted);
        const inAirflow = (name: string, spec: V1NetworkPolicySpec) =>
            networking.createNamespacedNetworkPolicy({ namespace: "airflow", body: { metadata: { name }, spec } });
        await inAirflow("deny", denyAll);
        await becomes(Call.refused, "front", provider);
        await inAirflow("provider", {
            ...everywhere,
            policyTypes: ["Egress"],
            egress: [{ to: [{ ipBlock: { cidr: "127.0.0.1/32" } }], ports: [{ port: provider.port }] }],
        });
        await becomes(Call.accepted, "front", provider);
    });

    it("hold no more once they are removed", async () => {
        await policy("deny", denyAll);
        await becomes(Call.unanswered, "client", at8080("server"));
        await remove("deny");
        await becomes(Call.answered, "client", at8080("server"));
    });
});

function isReady({ status }: V1Pod): boolean {
    return (status?.conditions ?? []).some(({ type, status: value }) => type === "Ready" && value === "True");
}
