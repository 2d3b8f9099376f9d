import assert from "node:assert/strict";

import { Linkerd, type LinkerdArgs } from "../../../components/mesh/linkerd.ts";
import { underMocks } from "../../support/mocks.ts";

const release = "kubernetes:helm.sh/v3:Release";

async function linkerd(args: Partial<LinkerdArgs> = {}) {
    const { registered } = await underMocks(
        [release],
        () => new Linkerd("linkerd", { trustDomain: "mesh.example", ...args }),
    );
    return registered;
}

describe("Linkerd", () => {
    it("installs definitions, then the control plane", async () => {
        const registered = await linkerd({ mirror: "charts" });
        assert.equal(registered.ofType(release).length, 2);
        assert.deepEqual(registered.dependenciesOf("linkerd-control-plane"), ["linkerd-crds"]);
        for (const { name, inputs } of registered.ofType(release)) {
            assert.equal(inputs.chart, `charts/${String(inputs.name)}-2026.8.3.tgz`);
            assert.equal(registered.parentOf(name), "linkerd");
            assert.equal(inputs.skipAwait, undefined);
        }
    });

    it("leaves Gateway API to its one owner", async () => {
        assert.deepEqual((await linkerd()).input("linkerd-crds", "values"), { installGatewayAPI: false });
    });

    it("takes roots, issuer and webhook certificates from outside, so that rendering twice gives the same", async () => {
        const registered = await linkerd();
        const values = registered.input("linkerd-control-plane", "values") as Record<string, unknown>;
        assert.deepEqual(values.identity, {
            externalCA: true,
            issuer: { scheme: "kubernetes.io/tls", issuanceLifetime: "24h" },
        });
        assert.deepEqual(values.proxyInjector, {
            externalSecret: true,
            injectCaFrom: "linkerd/linkerd-proxy-injector",
        });
        assert.deepEqual(values.profileValidator, {
            externalSecret: true,
            injectCaFrom: "linkerd/linkerd-sp-validator",
        });
        assert.deepEqual(values.policyValidator, {
            externalSecret: true,
            injectCaFrom: "linkerd/linkerd-policy-validator",
        });
        assert.equal(values.disableHeartBeat, true);
    });

    it("gives charts and certificates the same trust domain", async () => {
        const registered = await linkerd();
        assert.equal(registered.input("linkerd-control-plane", "values.identityTrustDomain"), "mesh.example");
    });

    it("lets workload certificates live as long as the issuer was made for", async () => {
        const registered = await linkerd({
            lifetimes: { workloadHours: 12, issuerHours: 48, issuerRenewBeforeHours: 25 },
        });
        assert.equal(registered.input("linkerd-control-plane", "values.identity.issuer.issuanceLifetime"), "12h");
    });

    it("stands once by default, and three times when it must be available", async () => {
        const once = await linkerd();
        assert.equal(once.input("linkerd-control-plane", "values.controllerReplicas"), undefined);
        const thrice = await linkerd({ highAvailability: true });
        assert.equal(thrice.input("linkerd-control-plane", "values.controllerReplicas"), 3);
        assert.equal(thrice.input("linkerd-control-plane", "values.enablePodDisruptionBudget"), true);
        assert.equal(thrice.input("linkerd-control-plane", "values.enablePodAntiAffinity"), true);
    });

    it("reserves what each container needs, with a bound on its memory, when it must be available", async () => {
        const registered = await linkerd({ highAvailability: true });
        const resources = [
            ["control-plane", "destinationResources"],
            ["control-plane", "identityResources"],
            ["control-plane", "proxyInjectorResources"],
            ["control-plane", "spValidatorResources"],
            ["control-plane", "policyController.resources"],
            ["control-plane", "proxy.resources"],
        ];
        for (const [release, path] of resources) {
            const at = (end: string) => registered.input(`linkerd-${release}`, `values.${path}.${end}`);
            assert.ok(at("cpu.request"), `${path}.cpu.request`);
            assert.ok(at("memory.request"), `${path}.memory.request`);
            assert.ok(at("memory.limit"), `${path}.memory.limit`);
        }
    });

    it("refuses a pod that could not be given a proxy, whatever the stack's size and values", async () => {
        for (const highAvailability of [false, true]) {
            const registered = await linkerd({ highAvailability, chartValues: { webhookFailurePolicy: "Ignore" } });
            assert.equal(registered.input("linkerd-control-plane", "values.webhookFailurePolicy"), "Fail");
        }
    });

    it("lets a stack size the proxy, but not bring its own issuer or give up native sidecars", async () => {
        const registered = await linkerd({
            chartValues: {
                identity: { externalCA: false, issuer: { scheme: "linkerd.io/tls" } },
                proxy: { nativeSidecar: false, resources: { cpu: { request: "10m" } } },
            },
        });
        assert.equal(registered.input("linkerd-control-plane", "values.identity.externalCA"), true);
        assert.equal(registered.input("linkerd-control-plane", "values.identity.issuer.scheme"), "kubernetes.io/tls");
        assert.deepEqual(registered.input("linkerd-control-plane", "values.proxy"), {
            nativeSidecar: true,
            resources: { cpu: { request: "10m" } },
        });
    });
});
