import assert from "node:assert/strict";

import { type ConnectionTable, DecidedBy, type Egress } from "../../../../components/connection.ts";
import { policyObjects } from "../../../../components/mesh/policy/policy-objects.ts";
import { customer, http, row, settings, shop, table, till, workload } from "./rows.ts";

const kubelet = { kind: "addresses", name: "kubelet", cidrs: ["10.1.0.0/16"], onNode: true } as const;

/** The objects of a kind, as far as they say something. */
function made(of: ConnectionTable, kind: string, how: Parameters<typeof policyObjects>[1] = settings) {
    return policyObjects(of, how)
        .filter((object) => object.kind === kind)
        .map(({ apiVersion, metadata, spec }) => ({
            apiVersion,
            name: metadata.name,
            namespace: metadata.namespace,
            spec,
        }));
}

function refused(of: ConnectionTable, problem: RegExp): void {
    assert.throws(() => policyObjects(of, settings), problem);
}

describe("policies of the connection table", () => {
    it("let an identity into a port by a Server, an authentication by reference and a policy with its reason", () => {
        const objects = policyObjects(table([row()]), { ...settings, mode: "audit" });
        assert.deepEqual(objects, [
            {
                apiVersion: "policy.linkerd.io/v1beta3",
                kind: "Server",
                metadata: { name: "shop.8080", namespace: "shop" },
                spec: {
                    podSelector: { matchLabels: { app: "shop" } },
                    port: 8080,
                    proxyProtocol: "HTTP/1",
                    accessPolicy: "audit",
                },
            },
            {
                apiVersion: "policy.linkerd.io/v1alpha1",
                kind: "MeshTLSAuthentication",
                metadata: { name: "shop.8080.customers", namespace: "shop" },
                spec: { identityRefs: [{ kind: "ServiceAccount", name: "customer", namespace: "town" }] },
            },
            {
                apiVersion: "policy.linkerd.io/v1alpha1",
                kind: "AuthorizationPolicy",
                metadata: {
                    name: "shop.8080.customers",
                    namespace: "shop",
                    annotations: { "airflow-linkerd.io/reason": "Somebody has to buy" },
                },
                spec: {
                    targetRef: { group: "policy.linkerd.io", kind: "Server", name: "shop.8080" },
                    requiredAuthenticationRefs: [
                        { group: "policy.linkerd.io", kind: "MeshTLSAuthentication", name: "shop.8080.customers" },
                    ],
                },
            },
            {
                apiVersion: "policy.linkerd.io/v1alpha1",
                kind: "EgressNetwork",
                metadata: { name: "outside", namespace: "shop" },
                spec: {
                    trafficPolicy: "Allow",
                    networks: [
                        { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] },
                        { cidr: "::/0", except: ["fd00::/8"] },
                    ],
                },
            },
        ]);
    });

    it("let requests in by a route that changes none of them", () => {
        const rows = [
            row({ only: [{ methods: ["GET", "HEAD"], path: { below: "/goods/" } }, { path: { exact: "/" } }] }),
        ];
        assert.deepEqual(made(table(rows), "HTTPRoute"), [
            {
                apiVersion: "policy.linkerd.io/v1beta3",
                name: "shop.8080.customers",
                namespace: "shop",
                spec: {
                    parentRefs: [{ group: "policy.linkerd.io", kind: "Server", name: "shop.8080" }],
                    rules: [
                        {
                            matches: [
                                { path: { type: "PathPrefix", value: "/goods/" }, method: "GET" },
                                { path: { type: "PathPrefix", value: "/goods/" }, method: "HEAD" },
                                { path: { type: "Exact", value: "/" } },
                            ],
                        },
                    ],
                },
            },
        ]);
    });

    it("refuse what nothing allows, on the port and on the way out, and nobody else's word for it", () => {
        const [server] = made(table([row()]), "Server");
        assert.equal((server?.spec as { accessPolicy: string }).accessPolicy, "deny");
        const [egress] = made(table([row()]), "EgressNetwork");
        assert.equal((egress?.spec as { trafficPolicy: string }).trafficPolicy, "Deny");
    });

    it("only count it in an audit: no NetworkPolicy, and a route for what has none", () => {
        const audited = { ...settings, mode: "audit" } as const;
        const routed = table([row({ only: [{ path: { below: "/goods/" } }] })]);
        assert.deepEqual(made(routed, "NetworkPolicy", audited), []);
        assert.deepEqual(
            made(routed, "HTTPRoute", audited).map(({ name }) => name),
            ["shop.8080.customers", "shop.8080.anything-else"],
        );
        assert.deepEqual(
            made(routed, "HTTPRoute").map(({ name }) => name),
            ["shop.8080.customers"],
        );
    });

    it("know a caller without an identity by its addresses, apart from those with one", () => {
        const rows = [row({ from: [customer, kubelet] })];
        assert.deepEqual(
            made(table(rows), "AuthorizationPolicy").map(({ name, spec }) => [
                name,
                (spec as { requiredAuthenticationRefs: unknown[] }).requiredAuthenticationRefs,
            ]),
            [
                [
                    "shop.8080.customers",
                    [{ group: "policy.linkerd.io", kind: "MeshTLSAuthentication", name: "shop.8080.customers" }],
                ],
                [
                    "shop.8080.customers.kubelet",
                    [
                        {
                            group: "policy.linkerd.io",
                            kind: "NetworkAuthentication",
                            name: "shop.8080.customers.kubelet",
                        },
                    ],
                ],
            ],
        );
    });

    it("say nothing of a port that a chart's own policies decide about, but to the network", () => {
        const rows = [row({ port: { ...http, decidedBy: DecidedBy.chart } })];
        const kinds = policyObjects(table(rows), settings).map(({ kind }) => kind);
        assert.deepEqual([...new Set(kinds)], ["NetworkPolicy"]);
    });

    it("close both ends of the network, and open them where a row has them, with the proxies' port beside the port", () => {
        const rows = [row({ from: [till, customer] })];
        assert.deepEqual(made(table(rows), "NetworkPolicy"), [
            {
                apiVersion: "networking.k8s.io/v1",
                name: "default-deny",
                namespace: "shop",
                spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
            },
            {
                apiVersion: "networking.k8s.io/v1",
                name: "to.shop",
                namespace: "shop",
                spec: {
                    podSelector: { matchLabels: { app: "shop" } },
                    policyTypes: ["Ingress"],
                    ingress: [
                        {
                            from: [
                                {
                                    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } },
                                    podSelector: { matchLabels: { app: "till" } },
                                },
                                {
                                    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "town" } },
                                    podSelector: { matchLabels: { app: "customer" } },
                                },
                            ],
                            ports: [
                                { protocol: "TCP", port: 8080 },
                                { protocol: "TCP", port: 4143 },
                            ],
                        },
                    ],
                },
            },
            {
                apiVersion: "networking.k8s.io/v1",
                name: "from.till",
                namespace: "shop",
                spec: {
                    podSelector: { matchLabels: { app: "till" } },
                    policyTypes: ["Egress"],
                    egress: [
                        {
                            to: [
                                {
                                    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } },
                                    podSelector: { matchLabels: { app: "shop" } },
                                },
                            ],
                            ports: [
                                { protocol: "TCP", port: 8080 },
                                { protocol: "TCP", port: 4143 },
                            ],
                        },
                    ],
                },
            },
        ]);
    });

    it("give whoever has no proxy no proxy's port, and the kubelet of the node no rule at all", () => {
        const plain = { ...customer, meshed: false };
        const ingress = (from: Parameters<typeof row>[0]) =>
            made(table([row(from)]), "NetworkPolicy").flatMap(
                ({ spec }) => (spec as { ingress?: { ports: { port: number }[] }[] }).ingress ?? [],
            );
        assert.deepEqual(
            ingress({ from: [plain], port: { ...http, decidedBy: DecidedBy.nobody } }).map(({ ports }) => ports),
            [[{ protocol: "TCP", port: 8080 }]],
        );
        assert.deepEqual(ingress({ from: [kubelet] }), []);
    });

    it("lead out by the name in TLS, by the port alone where no name is said, and by addresses where a row has them", () => {
        const out = (name: string, to: Egress["to"]): Egress => ({
            name,
            from: [shop],
            to,
            reason: "Goods come from there",
        });
        const of = table([row()], {
            egress: [
                out("tls", {
                    kind: "hosts",
                    hosts: ["a.example", "*.b.example"],
                    port: 443,
                    named: true,
                    private: false,
                }),
                out("ssh", { kind: "hosts", hosts: ["git.example"], port: 22, named: false, private: false }),
                out("agent", {
                    kind: "addresses",
                    name: "agent",
                    cidrs: ["169.254.170.23/32"],
                    ports: [{ number: 80, transport: "TCP" }],
                    outside: true,
                }),
            ],
        });
        const ref = { group: "policy.linkerd.io", kind: "EgressNetwork", name: "outside" };
        assert.deepEqual(made(of, "TLSRoute"), [
            {
                apiVersion: "gateway.networking.k8s.io/v1alpha2",
                name: "outside.tls",
                namespace: "shop",
                spec: {
                    parentRefs: [{ ...ref, port: 443 }],
                    hostnames: ["a.example", "*.b.example"],
                    rules: [{ backendRefs: [ref] }],
                },
            },
        ]);
        assert.deepEqual(
            made(of, "TCPRoute").map(({ name, spec }) => [name, (spec as { parentRefs: unknown }).parentRefs]),
            [["outside.ssh", [{ ...ref, port: 22 }]]],
        );
        assert.deepEqual(
            made(of, "EgressNetwork").map(({ name, spec }) => [
                name,
                (spec as { trafficPolicy: string }).trafficPolicy,
            ]),
            [
                ["outside", "Deny"],
                ["outside.agent", "Allow"],
            ],
        );
        const [, , from] = made(of, "NetworkPolicy");
        const except = ["10.0.0.0/8", "169.254.0.0/16"];
        assert.deepEqual((from?.spec as { egress: unknown[] }).egress, [
            ...[443, 22].map((port) => ({
                to: [
                    { ipBlock: { cidr: "0.0.0.0/0", except } },
                    { ipBlock: { cidr: "::/0", except: ["fd00::/8", "fe80::/10"] } },
                ],
                ports: [{ protocol: "TCP", port }],
            })),
            { to: [{ ipBlock: { cidr: "169.254.170.23/32" } }], ports: [{ protocol: "TCP", port: 80 }] },
        ]);
    });

    it("name no more hosts in one route than Kubernetes takes", () => {
        const hosts = Array.from({ length: 35 }, (_, index) => `host-${index}.example`) as [string, ...string[]];
        const routes = made(
            table([row()], {
                egress: [
                    {
                        name: "many",
                        from: [shop],
                        to: { kind: "hosts", hosts, port: 443, named: true, private: false },
                        reason: "There are many",
                    },
                ],
            }),
            "TLSRoute",
        );
        assert.deepEqual(
            routes.map(({ name, spec }) => [name, (spec as { hostnames: string[] }).hostnames.length]),
            [
                ["outside.many", 16],
                ["outside.many.2", 16],
                ["outside.many.3", 3],
            ],
        );
        assert.deepEqual(
            routes.flatMap(({ spec }) => (spec as { hostnames: string[] }).hostnames),
            hosts,
        );
    });

    it("are never two Servers for one port of one pod: which counts would depend on the order of a deployment", () => {
        const part = { ...workload("part"), labels: { app: "shop", tier: "front" } };
        refused(
            table([row(), row({ to: part })]),
            /shop\/shop:8080 customers and shop\/part:8080 customers may select the same pod/,
        );
        policyObjects(table([row(), row({ to: { ...part, labels: { app: "other" } } })]), settings);
        policyObjects(table([row(), row({ to: part, port: { ...http, number: 8081 } })]), settings);
        policyObjects(table([row(), row({ to: { ...part, namespace: "town" } })]), settings);
    });

    it("are never made of rows that would open more than they say", () => {
        refused(table([row({ from: [{ kind: "cluster" }] })]), /lets in every pod of the cluster/);
        refused(table([row({ to: { ...shop, labels: {} } })]), /selects no pods/);
        const { serviceAccount, ...nobody } = customer;
        refused(table([row({ from: [nobody] })]), /a caller without a service account/);
        refused(
            table([row({ only: [{ path: { exact: "/goods" } }] }), row({ name: "all" })]),
            /a row for some requests and one for all/,
        );
        const goods = [{ path: { exact: "/goods" } }] as const;
        refused(
            table([
                row({ only: goods }),
                row({ name: "more", only: [{ methods: ["GET"], path: { below: "/goods/" } }] }),
            ]),
            /shop\/shop:8080 has \/goods in two rows, customers and more/,
        );
        refused(table([row(), row()]), /shop\/shop:8080 customers is there twice/);
    });
});
