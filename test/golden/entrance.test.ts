import assert from "node:assert/strict";

import { type PropertyMap } from "../../rehearsal/engine/values/property.ts";
import { mentions } from "../support/mentions.ts";
import { type Recording } from "../../rehearsal/recording/recording.ts";
import { ahead, localDefinitions, recorded } from "../support/recordings.ts";
import { assertGoesBefore, only } from "./order.ts";
import { recordProduction } from "./production.ts";

const zoneId = "Z0123456789ABCDEFGHIJ";

const entrance = {
    kind: "gateway",
    certificate: { kind: "acme", email: "platform@example.com", zoneId },
    loadBalancer: { kind: "nlb", class: "service.k8s.aws/nlb" },
    dns: { kind: "route53", zoneId },
    keysUrl: "https://login.example.com/keys",
    uis: [{ kind: "viz", hostname: "viz.example.com", groups: ["platform-admins"] }],
};

/** What stands for the secrets of that section. */
const login = /<secret (in|of) .*login/;

describe("the graph of a stack with an entrance", () => {
    const recording = ahead(() => recordProduction({ entrance: () => entrance, charts: () => localDefinitions }));
    let deployed: Recording;

    before(async function () {
        this.timeout(120_000);
        deployed = await recording();
    });

    /** Proves that the resource is made after all of those, and so goes before them. */
    const goesBefore = (name: string, later: readonly string[]): void => {
        assertGoesBefore(deployed, name, later);
    };

    const release = "envoy-gateway-release";
    const ofGroup = (group: RegExp) =>
        deployed.resources.filter(({ type }) => group.test(type)).map(({ name }) => name);

    it("takes the load balancer away before Envoy, and Envoy before who runs it", () => {
        goesBefore("entrance-service-public", ["entrance-gateway", "entrance-client-rules", release]);
        goesBefore("entrance-gateway", ["entrance-class", "entrance-proxy", release]);
    });

    it("deletes everything that Envoy Gateway is told while it runs, so that it can let go of it", () => {
        const told = ofGroup(/^kubernetes:gateway\.(envoyproxy|networking\.k8s)\.io\//).filter((name) =>
            name.startsWith("entrance-"),
        );
        assert.ok(told.length > 8, told.join(", "));
        told.filter((name) => !/-(definitions|policy)-/.test(name)).forEach((name) => {
            goesBefore(name, [release]);
        });
    });

    it("has definitions, policies and the mesh before its pods", () => {
        const policies = deployed.resources
            .filter(({ parent }) => parent.endsWith("::entrance-policy"))
            .map(({ name }) => name);
        assert.ok(policies.length > 10);
        goesBefore(release, [
            "entrance-definitions-securitypolicies.gateway.envoyproxy.io",
            "gateway-api-tlsroutes.gateway.networking.k8s.io",
            "linkerd-control-plane",
            "entrance-namespace",
            ...policies,
        ]);
    });

    it("may read in the namespaces that it leads to once they are there", () => {
        goesBefore(release, ["airflow-namespace", "mesh-namespaces-viz"]);
        const { values } = only(deployed, release).inputs as { values: PropertyMap };
        const text = JSON.stringify(values);
        assert.match(text, /"namespaces":\["airflow","entrance","linkerd-viz"\]/);
    });

    it("deletes certificates while cert-manager runs", () => {
        goesBefore("entrance-certificate-served", ["cert-manager-issuing"]);
        goesBefore("entrance-gateway", ["entrance-certificate-served"]);
    });

    it("takes names away before the load balancer that they lead to, and leads each to it", () => {
        for (const host of ["airflow", "viz"]) {
            goesBefore(`entrance-records-${host}`, ["entrance-service-public", "entrance-gateway"]);
            const record = only(deployed, `entrance-records-${host}`).inputs;
            assert.equal(record.zoneId, zoneId);
            assert.equal(record.name, `${host}.example.com`);
            assert.deepEqual(record.aliases, [
                { name: "<load balancer>", zoneId: "Z0NETWORKBALANCERS", evaluateTargetHealth: false },
            ]);
        }
    });

    it("proves names while cert-manager runs, has the right to and may leave", () => {
        goesBefore("entrance-acme-issuer", [
            "cert-manager-issuing",
            "entrance-acme-token-binding",
            "entrance-proof-role",
            "entrance-proof-proof-policy",
            ...deployed.resources
                .filter(({ parent }) => parent.endsWith("::mesh-isolation"))
                .map(({ name }) => name)
                .filter((name) => /cert-manager/.test(name)),
        ]);
        goesBefore("entrance-certificate-served", ["entrance-acme-issuer"]);
        const { spec } = only(deployed, "entrance-certificate-served").inputs as { spec: PropertyMap };
        assert.deepEqual(spec.issuerRef, { group: "cert-manager.io", kind: "Issuer", name: "entrance-acme" });
        assert.deepEqual(spec.dnsNames, ["airflow.example.com", "viz.example.com"]);
    });

    it("asks the cluster's DNS whether a proof is seen, and has no way out to name servers of zones", () => {
        const { values } = only(deployed, "cert-manager-issuing").inputs as { values: PropertyMap };
        assert.equal(values.dns01RecursiveNameserversOnly, true);
    });

    it("has the dashboard answer to its name, and still to the cluster's own", () => {
        const { values } = only(deployed, "linkerd-viz-release").inputs as { values: { dashboard: PropertyMap } };
        const allowed = new RegExp(String(values.dashboard.enforcedHostRegexp));
        for (const host of ["viz.example.com", "localhost:50750", "web.linkerd-viz.svc.cluster.local:8084"]) {
            assert.match(host, allowed);
        }
        for (const host of ["vizXexample.com", "viz.example.com.evil.example", "evil.example"]) {
            assert.doesNotMatch(host, allowed);
        }
    });

    it("has the balancer of AWS before Envoy, which learns clients' addresses by it alone", () => {
        const { spec } = only(deployed, "entrance-service-public").inputs as { spec: PropertyMap };
        assert.equal(spec.loadBalancerClass, "service.k8s.aws/nlb");
        const rules = only(deployed, "entrance-client-rules").inputs as { spec: PropertyMap };
        assert.deepEqual(rules.spec.proxyProtocol, { optional: false });
        assert.ok("entranceAddress" in deployed.outputs);
    });

    it("has the client's secret nowhere but in Secrets", () => {
        const secrets = deployed.resources.filter(({ type }) => type === "kubernetes:core/v1:Secret");
        assert.ok(
            secrets.some(
                ({ name, inputs }) => name === "entrance-login-client" && mentions(inputs, (text) => login.test(text)),
            ),
        );
        const holders = deployed.resources.filter(
            ({ inputs, type }) => type !== "kubernetes:core/v1:Secret" && mentions(inputs, (text) => login.test(text)),
        );
        assert.deepEqual(
            holders.map(({ name }) => name),
            [],
        );
    });

    it("is not there in a stack that has none", async () => {
        const { resources } = await recorded("dev", { preview: false, config: { entrance: { kind: "none" } } });
        assert.deepEqual(
            resources.filter(({ name }) => /^(entrance|envoy-gateway)/.test(name)).map(({ name }) => name),
            [],
        );
    });
});
