import assert from "node:assert/strict";

import { ClientAddress } from "../../../components/entrance/client-rules.ts";
import { Entrance, type EntranceArgs } from "../../../components/entrance/entrance.ts";
import { underMocks } from "../../support/mocks.ts";

const types = [
    "kubernetes:gateway.networking.k8s.io/v1:GatewayClass",
    "kubernetes:gateway.networking.k8s.io/v1:Gateway",
    "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
    "kubernetes:gateway.networking.k8s.io/v1beta1:ReferenceGrant",
    "kubernetes:gateway.envoyproxy.io/v1alpha1:EnvoyProxy",
    "kubernetes:gateway.envoyproxy.io/v1alpha1:ClientTrafficPolicy",
    "kubernetes:gateway.envoyproxy.io/v1alpha1:BackendTrafficPolicy",
];

const host = (name: string, namespace: string) => ({
    name,
    hostname: `${name}.example.com`,
    backend: { namespace, service: `${name}-server`, port: 8080 },
});

async function entrance(args: Partial<EntranceArgs> = {}) {
    const { registered } = await underMocks(
        types,
        () =>
            new Entrance("entrance", {
                namespace: "entrance",
                hosts: [{ ...host("airflow", "airflow"), largestRequest: "8Mi" }, host("viz", "linkerd-viz")],
                certificateSecret: "entrance-certificate",
                clientAddress: ClientAddress.proxyProtocol,
                dataPlane: { replicas: 3 },
                ...args,
            }),
    );
    return registered;
}

describe("Entrance", () => {
    it("takes TLS for its own host names alone, and plain HTTP for none", async () => {
        const registered = await entrance();
        const listeners = registered.input("entrance-gateway", "spec.listeners") as {
            hostname: string;
            protocol: string;
            port: number;
        }[];
        assert.deepEqual(
            listeners.map(({ hostname, protocol, port }) => `${protocol} ${hostname}:${port}`),
            ["HTTPS airflow.example.com:443", "HTTPS viz.example.com:443"],
        );
        assert.equal(registered.input("entrance-client-rules", "spec.tls.minVersion"), "1.2");
    });

    it("lets nobody else's routes take a host name of it", async () => {
        const registered = await entrance();
        for (const index of [0, 1]) {
            const allowed = `spec.listeners.${index}.allowedRoutes`;
            assert.equal(registered.input("entrance-gateway", `${allowed}.namespaces.from`), "Same");
            assert.deepEqual(registered.input("entrance-gateway", `${allowed}.kinds`), [
                { group: "gateway.networking.k8s.io", kind: "HTTPRoute" },
            ]);
        }
    });

    it("tells browsers to come by TLS only, for a year", async () => {
        assert.deepEqual((await entrance()).input("entrance-client-rules", "spec.headers.lateResponseHeaders.set"), [
            { name: "strict-transport-security", value: "max-age=31536000" },
        ]);
    });

    it("takes no client's word for its address, its name or the address that it asked for", async () => {
        const registered = await entrance();
        const removed = registered.input(
            "entrance-client-rules",
            "spec.headers.earlyRequestHeaders.remove",
        ) as string[];
        for (const header of [
            "forwarded",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-user",
            "x-auth-request-email",
            "x-envoy-original-path",
            "x-original-url",
            "l5d-client-id",
            "l5d-dst-override",
        ]) {
            assert.ok(removed.includes(header), header);
        }
        // Kubernetes takes no more.
        assert.ok(removed.length <= 64);
        assert.equal(new Set(removed).size, removed.length);
        assert.deepEqual(registered.input("entrance-client-rules", "spec.clientIPDetection"), { directSourceIP: {} });
        assert.equal(registered.input("entrance-client-rules", "spec.headers.withUnderscoresAction"), "RejectRequest");
    });

    it("refuses connections without the PROXY protocol where a load balancer speaks it, and else does not ask for it", async () => {
        assert.equal((await entrance()).input("entrance-client-rules", "spec.proxyProtocol.optional"), false);
        const plain = await entrance({ clientAddress: ClientAddress.unknown });
        assert.equal(plain.input("entrance-client-rules", "spec.proxyProtocol"), undefined);
    });

    it("bounds what a slow or large request may hold, and lets a stream of a log run", async () => {
        const registered = await entrance();
        const at = (path: string) => registered.input("entrance-client-rules", `spec.timeout.http.${path}`);
        assert.equal(at("requestHeadersReceivedTimeout"), "10s");
        assert.equal(at("streamIdleTimeout"), "600s");
        assert.equal(registered.input("entrance-airflow-rules", "spec.timeout.http.requestTimeout"), "900s");
        assert.equal(registered.input("entrance-airflow-rules", "spec.requestBuffer.limit"), "8Mi");
        assert.equal(registered.input("entrance-viz-rules", "spec.requestBuffer"), undefined);
    });

    it("leads each name to its Service alone, and its owner's namespace says so", async () => {
        const registered = await entrance();
        assert.deepEqual(registered.input("entrance-viz-route", "spec.hostnames"), ["viz.example.com"]);
        assert.equal(registered.input("entrance-viz-route", "spec.parentRefs.0.sectionName"), "viz");
        assert.deepEqual(registered.input("entrance-viz-route", "spec.rules.0.backendRefs"), [
            { group: "", kind: "Service", name: "viz-server", namespace: "linkerd-viz", port: 8080 },
        ]);
        assert.equal(registered.input("entrance-viz-grant", "metadata.namespace"), "linkerd-viz");
        assert.deepEqual(registered.input("entrance-viz-grant", "spec"), {
            from: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: "entrance" }],
            to: [{ group: "", kind: "Service", name: "viz-server" }],
        });
    });

    it("runs Envoy three times over zones and nodes, of which one at a time may go", async () => {
        const registered = await entrance();
        const at = (path: string) => registered.input("entrance-proxy", `spec.provider.kubernetes.${path}`);
        assert.equal(at("envoyDeployment.replicas"), 3);
        assert.equal(at("envoyPDB.maxUnavailable"), 1);
        const spread = at("envoyDeployment.pod.topologySpreadConstraints") as { topologyKey: string }[];
        assert.deepEqual(
            spread.map(({ topologyKey }) => topologyKey),
            ["topology.kubernetes.io/zone", "kubernetes.io/hostname"],
        );
        const once = await entrance({ dataPlane: { replicas: 1 } });
        assert.equal(once.input("entrance-proxy", "spec.provider.kubernetes.envoyPDB"), undefined);
    });

    it("leads to Services, so that the mesh knows whom it calls", async () => {
        const registered = await entrance();
        assert.equal(registered.input("entrance-proxy", "spec.routingType"), "Service");
        const at = (path: string) => registered.input("entrance-proxy", `spec.provider.kubernetes.${path}`);
        assert.deepEqual(at("envoyService"), {
            name: "entrance",
            type: "ClusterIP",
            annotations: { "config.linkerd.io/opaque-ports": "443" },
        });
        assert.equal(
            registered.input(
                "entrance-proxy",
                "spec.provider.kubernetes.envoyDeployment.pod.annotations.config\\.linkerd\\.io/opaque-ports",
            ),
            "10443",
        );
        assert.equal(at("envoyServiceAccount.name"), "entrance");
    });

    it("has its rules before it lets anybody in, and after it lets nobody in any more", async () => {
        const registered = await entrance();
        const beforeGateway = registered.everythingBefore("entrance-gateway");
        for (const name of ["entrance-client-rules", "entrance-class", "entrance-proxy"]) {
            assert.ok(beforeGateway.has(name), name);
        }
        const beforeRoute = registered.everythingBefore("entrance-viz-route");
        for (const name of ["entrance-gateway", "entrance-viz-rules", "entrance-viz-grant"]) {
            assert.ok(beforeRoute.has(name), name);
        }
    });

    it("is there only once Envoy has been told all of it", async () => {
        const registered = await entrance();
        assert.equal(
            registered.input("entrance-gateway", "metadata.annotations.pulumi\\.com/waitFor"),
            "condition=Programmed",
        );
    });

    it("is a class of its own, whatever other gateways the cluster has", async () => {
        const registered = await entrance();
        assert.equal(registered.input("entrance-class", "spec.controllerName"), "airflow-linkerd.io/entrance");
        assert.equal(registered.input("entrance-gateway", "spec.gatewayClassName"), "entrance");
        assert.deepEqual(registered.input("entrance-class", "spec.parametersRef"), {
            group: "gateway.envoyproxy.io",
            kind: "EnvoyProxy",
            name: "entrance",
            namespace: "entrance",
        });
    });

    it("believes the login's provider by its own authority alone where it has one, and begins anew with another", async () => {
        const at = "spec.provider.kubernetes.envoyDeployment";
        const proxy = async (loginAuthority?: string) => {
            const registered = await entrance({ dataPlane: { replicas: 3, loginAuthority } });
            return {
                volumes: registered.input("entrance-proxy", `${at}.pod.volumes`),
                mounts: registered.input("entrance-proxy", `${at}.container.volumeMounts`),
                annotations: registered.input("entrance-proxy", `${at}.pod.annotations`) as Record<string, string>,
            };
        };
        const own = await proxy("an authority");
        assert.deepEqual(own.volumes, [{ name: "login-authority", configMap: { name: "entrance-login-authority" } }]);
        assert.deepEqual(own.mounts, [{ name: "login-authority", mountPath: "/etc/ssl/certs", readOnly: true }]);
        const other = await proxy("another authority");
        const digest = "airflow-linkerd.io/login-authority-sha256";
        assert.match(own.annotations[digest] ?? "", /^[0-9a-f]{64}$/);
        assert.notEqual(own.annotations[digest], other.annotations[digest]);
        const { volumes, mounts, annotations } = await proxy();
        assert.deepEqual([volumes, mounts, annotations[digest]], [undefined, undefined, undefined]);
    });
});
