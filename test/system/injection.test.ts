import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import { values } from "../rehearsal/charts/values.ts";
import { type AnyObject, type BareCluster, eventually, startBareCluster } from "./bare-cluster.ts";

const roots = "-----BEGIN CERTIFICATE-----\nroot\n-----END CERTIFICATE-----\n";

function namespace(name: string, labels = {}, annotations = {}): AnyObject {
    return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels, annotations } };
}

function pod(within: string, metadata = {}, spec = {}): AnyObject {
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "one", namespace: within, ...metadata },
        spec: { containers: [{ name: "app", image: "app", ports: [{ containerPort: 8080 }] }], ...spec },
    };
}

function order(admitted: AnyObject): string[] {
    return (admitted.spec.initContainers ?? []).map((container: { name: string }) => container.name);
}

function proxyOf(admitted: AnyObject): AnyObject {
    return admitted.spec.initContainers.find((container: { name: string }) => container.name === "linkerd-proxy");
}

function env(admitted: AnyObject): Record<string, string> {
    return Object.fromEntries(
        proxyOf(admitted).env.map((entry: { name: string; value: string }) => [entry.name, entry.value]),
    );
}

describe("injection by the linkerd-control-plane chart", function () {
    this.timeout("2m");

    let cluster: BareCluster;
    before(async function () {
        // The first start builds the control plane.
        this.timeout("30m");
        cluster = await startBareCluster();
        await cluster.create(
            namespace("linkerd", {
                "linkerd.io/is-control-plane": "true",
                "config.linkerd.io/admission-webhooks": "disabled",
            }),
        );
        await cluster.create(namespace("cert-manager"));
        await cluster.create(namespace("plain"));
        await cluster.create(
            namespace(
                "meshed",
                {},
                {
                    "linkerd.io/inject": "enabled",
                    "config.linkerd.io/default-inbound-policy": "all-authenticated",
                    "config.linkerd.io/opaque-ports": "6543",
                    "example.com/owner": "platform",
                },
            ),
        );
        await cluster.install("linkerd-control-plane", "linkerd", values["linkerd-control-plane"] ?? {});
        // A namespace takes pods once its default account exists.
        for (const name of ["meshed", "plain", "linkerd", "cert-manager", "kube-system"]) {
            await eventually(async () =>
                (await cluster.list("v1", "ServiceAccount", name)).find(
                    (account) => account.metadata?.name === "default",
                ),
            );
        }
    });
    after(() => cluster?.stop());

    it("lets no pod be born before the mesh's roots are known", async function () {
        this.timeout("20s");
        const refusal = await eventually(() => cluster.refusal(pod("meshed")));
        assert.match(refusal, /linkerd-proxy-injector.*no params found/s);
        assert.equal(await cluster.refusal(pod("cert-manager")), undefined);
        assert.equal(await cluster.refusal(pod("linkerd")), undefined);
    });

    describe("once the roots are there", () => {
        before(async () => {
            await cluster.create({
                apiVersion: "v1",
                kind: "ConfigMap",
                metadata: { name: "linkerd-identity-trust-roots", namespace: "linkerd" },
                data: { "ca-bundle.crt": roots },
            });
            await eventually(async () => ((await cluster.refusal(pod("meshed"))) === undefined ? true : undefined));
        });

        it("puts the proxy before every init container of the pod", async () => {
            const own = { initContainers: [{ name: "wait-for-airflow-migrations", image: "app" }] };
            const admitted = await cluster.admitted(pod("meshed", {}, own));
            assert.deepEqual(order(admitted), ["linkerd-init", "linkerd-proxy", "wait-for-airflow-migrations"]);
            assert.equal(proxyOf(admitted).restartPolicy, "Always");
            assert.ok(proxyOf(admitted).startupProbe);
            assert.deepEqual(
                proxyOf(admitted).ports.map((port: AnyObject) => `${port.name} ${port.containerPort}`),
                ["linkerd-proxy 4143", "linkerd-admin 4191"],
            );
        });

        it("leaves Linkerd's marks, among them the sum of the roots", async () => {
            const { annotations, labels } = (await cluster.admitted(pod("meshed"))).metadata ?? {};
            assert.deepEqual(annotations, {
                "config.linkerd.io/default-inbound-policy": "all-authenticated",
                "config.linkerd.io/opaque-ports": "6543",
                "linkerd.io/created-by": "linkerd/proxy-injector edge-26.8.3",
                "linkerd.io/inject": "enabled",
                "linkerd.io/proxy-version": "edge-26.8.3",
                "linkerd.io/trust-root-sha256": createHash("sha256").update(roots).digest("hex"),
            });
            assert.deepEqual(labels, { "linkerd.io/control-plane-ns": "linkerd", "linkerd.io/workload-ns": "meshed" });
        });

        it("gives the proxy a token of its own audience and a place for its certificate", async () => {
            const { volumes } = (await cluster.admitted(pod("meshed"))).spec;
            const named = (name: string) => volumes.find((volume: { name: string }) => volume.name === name);
            assert.equal(
                named("linkerd-identity-token").projected.sources[0].serviceAccountToken.audience,
                "identity.l5d.io",
            );
            assert.equal(named("linkerd-identity-end-entity").emptyDir.medium, "Memory");
        });

        it("takes settings from the pod, then its namespace, then the mesh", async () => {
            const own = {
                "config.linkerd.io/shutdown-grace-period": "10s",
                "config.linkerd.io/opaque-ports": "5432",
                "config.linkerd.io/proxy-cpu-request": "20m",
            };
            const admitted = await cluster.admitted(pod("meshed", { annotations: own }));
            const given = env(admitted);
            assert.equal(given.LINKERD2_PROXY_SHUTDOWN_GRACE_PERIOD, "10000ms");
            assert.equal(given.LINKERD2_PROXY_INBOUND_PORTS_DISABLE_PROTOCOL_DETECTION, "5432");
            assert.equal(admitted.metadata?.annotations?.["config.linkerd.io/opaque-ports"], "5432");
            assert.equal(given.LINKERD2_PROXY_INBOUND_DEFAULT_POLICY, "all-authenticated");
            assert.equal(given.LINKERD2_PROXY_INBOUND_PORTS, "8080");
            assert.deepEqual(
                { ...proxyOf(admitted).resources },
                {
                    requests: { cpu: "20m", memory: "20Mi" },
                    limits: { memory: "250Mi" },
                },
            );
        });

        it("gives the proxy the roots, the identities of whom it asks and its own addresses", async () => {
            const admitted = await cluster.admitted(pod("meshed"));
            const given = env(admitted);
            const account = (name: string) => `${name}.linkerd.serviceaccount.identity.linkerd.cluster.local`;
            assert.equal(given.LINKERD2_PROXY_IDENTITY_TRUST_ANCHORS, roots);
            assert.equal(given.LINKERD2_PROXY_IDENTITY_SVC_NAME, account("linkerd-identity"));
            assert.equal(given.LINKERD2_PROXY_DESTINATION_SVC_NAME, account("linkerd-destination"));
            assert.equal(given.LINKERD2_PROXY_POLICY_SVC_NAME, account("linkerd-destination"));
            assert.equal(
                given.LINKERD2_PROXY_DESTINATION_CONTEXT,
                '{"ns":"$(_pod_ns)", "nodeName":"$(_pod_nodeName)", "pod":"$(_pod_name)"}',
            );
            const addresses = proxyOf(admitted).env.find(
                (entry: { name: string }) => entry.name === "LINKERD2_PROXY_INBOUND_IPS",
            );
            assert.equal(addresses.valueFrom.fieldRef.fieldPath, "status.podIPs");
        });

        it("leaves the shutdown grace to the proxy when nobody sets it, and writes it in milliseconds when somebody does", async () => {
            assert.ok(!("LINKERD2_PROXY_SHUTDOWN_GRACE_PERIOD" in env(await cluster.admitted(pod("meshed")))));
            const own = { "config.linkerd.io/shutdown-grace-period": "1m1500ms" };
            const given = env(await cluster.admitted(pod("meshed", { annotations: own })));
            assert.equal(given.LINKERD2_PROXY_SHUTDOWN_GRACE_PERIOD, "61500ms");
        });

        it("sets up the pod's network as Linkerd does, with the proxy's resources and no right more", async () => {
            const own = { "config.linkerd.io/skip-outbound-ports": "5432" };
            const admitted = await cluster.admitted(pod("meshed", { annotations: own }));
            const [init] = admitted.spec.initContainers;
            assert.deepEqual(init.args, [
                ...["--firewall-bin-path", "iptables-nft", "--firewall-save-bin-path", "iptables-nft-save"],
                "--ipv6=false",
                ...["--incoming-proxy-port", "4143", "--outgoing-proxy-port", "4140", "--proxy-uid", "2102"],
                ...["--inbound-ports-to-ignore", "4190,4191,4567,4568", "--outbound-ports-to-ignore", "5432"],
            ]);
            assert.deepEqual(init.resources, proxyOf(admitted).resources);
            assert.deepEqual(init.securityContext.capabilities.add, ["NET_ADMIN", "NET_RAW"]);
            assert.deepEqual(init.securityContext.capabilities.drop, ["ALL"]);
            assert.equal(init.securityContext.runAsUser, 65534);
            assert.equal(init.securityContext.runAsGroup, 65534);
        });

        it("injects into a namespace that does not ask when the pod does", async () => {
            const asking = await cluster.admitted(pod("plain", { annotations: { "linkerd.io/inject": "enabled" } }));
            assert.deepEqual(order(asking), ["linkerd-init", "linkerd-proxy"]);
            assert.equal(env(asking).LINKERD2_PROXY_INBOUND_DEFAULT_POLICY, "all-unauthenticated");
        });

        const untouched: [why: string, pod: AnyObject][] = [
            ["says disabled itself", pod("meshed", { annotations: { "linkerd.io/inject": "disabled" } })],
            ["is in a namespace that does not ask", pod("plain")],
            ["uses the node's network", pod("meshed", {}, { hostNetwork: true })],
            [
                "belongs to the control plane's namespace",
                pod("linkerd", { annotations: { "linkerd.io/inject": "enabled" } }),
            ],
            ["is cert-manager's", pod("cert-manager", { annotations: { "linkerd.io/inject": "enabled" } })],
            ["is Kubernetes' own", pod("kube-system", { annotations: { "linkerd.io/inject": "enabled" } })],
        ];
        for (const [why, given] of untouched) {
            it(`leaves a pod alone that ${why}`, async () => {
                const admitted = await cluster.admitted(given);
                assert.deepEqual(order(admitted), []);
                assert.ok(!("linkerd.io/proxy-version" in (admitted.metadata?.annotations ?? {})));
            });
        }

        it("does not inject twice", async () => {
            const once = await cluster.admitted(pod("meshed"));
            const again = await cluster.admitted(
                pod("meshed", { annotations: once.metadata?.annotations, labels: once.metadata?.labels }, once.spec),
            );
            assert.deepEqual(again.spec.initContainers, once.spec.initContainers);
            assert.deepEqual(again.spec.volumes, once.spec.volumes);
        });

        const jobs: [made: string, job: string, label: string | undefined][] = [
            ["by hand", "migrate", "migrate"],
            ["by a CronJob", "cleanup-29409123", undefined],
        ];
        for (const [made, job, label] of jobs) {
            it(`${label ? "names" : "does not name"} the Job that a pod comes from when it was made ${made}`, async () => {
                const owner = { apiVersion: "batch/v1", kind: "Job", name: job, uid: "1", controller: true };
                const { labels } = (await cluster.admitted(pod("meshed", { ownerReferences: [owner] }))).metadata ?? {};
                assert.equal(labels?.["linkerd.io/proxy-job"], label);
            });
        }

        it("names the Deployment that a pod comes from", async () => {
            const labels = { app: "web" };
            await cluster.create({
                apiVersion: "apps/v1",
                kind: "Deployment",
                metadata: { name: "web", namespace: "meshed" },
                spec: {
                    selector: { matchLabels: labels },
                    template: { metadata: { labels }, spec: { containers: [{ name: "app", image: "app" }] } },
                },
            });
            const made = await eventually(async () =>
                (await cluster.list("v1", "Pod", "meshed")).find(({ metadata }) => metadata?.labels?.app === "web"),
            );
            assert.equal(made.metadata?.labels?.["linkerd.io/proxy-deployment"], "web");
            assert.deepEqual(order(made), ["linkerd-init", "linkerd-proxy"]);
        });
    });
});
