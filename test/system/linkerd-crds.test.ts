import assert from "node:assert/strict";

import { type AnyObject, type BareCluster, startBareCluster } from "./bare-cluster.ts";

const policy = "policy.linkerd.io";
const target = { group: policy, kind: "Server", name: "api" };

function object(version: string, kind: string, spec: object | undefined): AnyObject {
    return { apiVersion: version, kind, metadata: { name: "one", namespace: "default" }, ...(spec && { spec }) };
}

const server = (spec: object, version = "v1beta3") => object(`${policy}/${version}`, "Server", spec);
const route = (spec: object, version = "v1beta3") => object(`${policy}/${version}`, "HTTPRoute", spec);
const rule = (part: object, version?: string) => route({ rules: [part] }, version);
const authorization = (spec: object) => object(`${policy}/v1alpha1`, "AuthorizationPolicy", spec);
const meshTls = (spec: object) => object(`${policy}/v1alpha1`, "MeshTLSAuthentication", spec);
const network = (spec: object) => object(`${policy}/v1alpha1`, "NetworkAuthentication", spec);
const egress = (spec: object) => object(`${policy}/v1alpha1`, "EgressNetwork", spec);
const rate = (spec: object) => object(`${policy}/v1alpha1`, "HTTPLocalRateLimitPolicy", spec);
const serverAuthorization = (spec: object) => object(`${policy}/v1beta1`, "ServerAuthorization", spec);
const profile = (spec: object, version = "v1alpha2") => object(`linkerd.io/${version}`, "ServiceProfile", spec);
const workload = (spec: object) => object("workload.linkerd.io/v1beta1", "ExternalWorkload", spec);

const meshed = { meshTLS: { identity: "a.b", serverName: "a.b" } };

const accepted: [what: string, object: AnyObject][] = [
    ["a Server by port number", server({ podSelector: { matchLabels: { app: "a" } }, port: 8080 })],
    ["a Server of external workloads", server({ externalWorkloadSelector: {}, port: 80, accessPolicy: "audit" })],
    ["a Server of an older version", server({ podSelector: {}, port: 80 }, "v1beta1")],
    [
        "an AuthorizationPolicy",
        authorization({ targetRef: target, requiredAuthenticationRefs: [{ kind: "ServiceAccount", name: "b" }] }),
    ],
    ["identities", meshTls({ identities: ["*.airflow.serviceaccount.identity.linkerd.cluster.local"] })],
    ["references to identities", meshTls({ identityRefs: [{ kind: "ServiceAccount", name: "a", namespace: "b" }] })],
    ["networks", network({ networks: [{ cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] }] })],
    ["an EgressNetwork", egress({ trafficPolicy: "Deny", networks: [{ cidr: "0.0.0.0/0" }] })],
    ["a rate limit", rate({ targetRef: target, total: { requestsPerSecond: 10 } })],
    [
        "a rate limit by client",
        rate({
            targetRef: target,
            overrides: [{ requestsPerSecond: 1, clientRefs: [{ kind: "ServiceAccount", name: "b" }] }],
        }),
    ],
    ["a route to a Server", route({ parentRefs: [{ name: "api", kind: "Server", group: policy }] })],
    ["a route by path", rule({ matches: [{ path: { value: "/execution/" }, method: "GET" }] })],
    [
        "a route with backends",
        rule({ backendRefs: [{ name: "a", port: 80, weight: 0 }], timeouts: { request: "10s" } }),
    ],
    [
        "a ServerAuthorization",
        serverAuthorization({ server: { name: "api" }, client: { meshTLS: { identities: ["*"] } } }),
    ],
    ["a ServiceProfile", profile({ routes: [{ name: "a", condition: { method: "GET" } }] })],
    ["an ExternalWorkload", workload({ ...meshed, ports: [{ port: 80 }], workloadIPs: [{ ip: "192.0.2.1" }] })],
];

const refused: [what: string, object: AnyObject, why: RegExp][] = [
    ["a Server without a port", server({ podSelector: {} }), /spec\.port: Required/],
    ["a Server of pods and workloads", server({ podSelector: {}, externalWorkloadSelector: {}, port: 80 }), /oneOf/],
    ["a Server of nothing", server({ port: 80 }), /oneOf/],
    ["a Server's port that is neither", server({ podSelector: {}, port: 1.5 }), /spec\.port/],
    [
        "an unknown operator",
        server({ podSelector: { matchExpressions: [{ key: "a", operator: "Is" }] }, port: 80 }),
        /operator: Unsupported value/,
    ],
    [
        "a first Server with two selectors",
        server({ podSelector: { matchLabels: {}, matchExpressions: [] }, port: 80 }, "v1alpha1"),
        /oneOf/,
    ],
    ["a policy for nothing", authorization({ requiredAuthenticationRefs: [] }), /spec\.targetRef: Required/],
    [
        "a policy that does not say whom it requires",
        authorization({ targetRef: target }),
        /requiredAuthenticationRefs: Required/,
    ],
    [
        "a kind that is none",
        authorization({ targetRef: { kind: "-", name: "a" }, requiredAuthenticationRefs: [] }),
        /kind.* should match/,
    ],
    [
        "a group that is none",
        authorization({ targetRef: { ...target, group: "A_B" }, requiredAuthenticationRefs: [] }),
        /group.* should match/,
    ],
    ["identities in both ways", meshTls({ identities: ["*"], identityRefs: [{ kind: "Namespace" }] }), /oneOf/],
    ["identities in no way", meshTls({}), /oneOf/],
    ["no identities at all", meshTls({ identities: [] }), /should have at least 1 items/],
    ["a network without its range", network({ networks: [{ except: [] }] }), /cidr: Required/],
    ["an unknown traffic policy", egress({ trafficPolicy: "Audit" }), /trafficPolicy: Unsupported value/],
    ["an EgressNetwork without a policy", egress({}), /trafficPolicy: Required/],
    ["a rate limit without a rate", rate({ targetRef: target, total: {} }), /requestsPerSecond: Required/],
    [
        "a rate that is no whole number",
        rate({ targetRef: target, total: { requestsPerSecond: 0.5 } }),
        /requestsPerSecond/,
    ],
    [
        "a route to a port out of range",
        route({ parentRefs: [{ name: "a", port: 70000 }] }),
        /port.*less than or equal to 65535/,
    ],
    ["a hostname that is none", route({ hostnames: ["Example.com"] }), /hostnames\[0\].* should match/],
    ["an unknown path match", rule({ matches: [{ path: { type: "Suffix", value: "/" } }] }), /type: Unsupported value/],
    ["an unknown method", rule({ matches: [{ method: "FETCH" }] }), /method: Unsupported value/],
    [
        "two matches of one header",
        rule({ matches: [{ headers: ["a", "a"].map((name) => ({ name, value: "b" })) }] }),
        /headers\[1\]: Duplicate value/,
    ],
    [
        "more matches than eight",
        rule({ matches: Array.from({ length: 9 }, () => ({ method: "GET" })) }),
        /must have at most 8 items/,
    ],
    [
        "a backend too heavy",
        rule({ backendRefs: [{ name: "a", weight: 1_000_001 }] }),
        /weight.*less than or equal to 1000000/,
    ],
    ["a backend without a name", rule({ backendRefs: [{ port: 80 }] }), /name: Required/],
    [
        "a redirect to an unknown code",
        rule({ filters: [{ type: "RequestRedirect", requestRedirect: { statusCode: 307 } }] }),
        /statusCode: Unsupported value/,
    ],
    [
        "a response filter on a whole rule",
        rule({ filters: [{ type: "ResponseHeaderModifier" }] }),
        /type: Unsupported value/,
    ],
    [
        "a server by name and selector",
        serverAuthorization({ server: { name: "a", selector: {} }, client: {} }),
        /oneOf/,
    ],
    ["a client without limits", serverAuthorization({ server: { name: "a" } }), /client: Required/],
    ["half a retry budget", profile({ retryBudget: { ttl: "10s" } }), /minRetriesPerSecond: Required/],
    ["a first profile without routes", profile({}, "v1alpha1"), /routes: Required/],
    ["a workload outside the mesh", workload({ ports: [] }), /meshTLS: Required/],
    [
        "a workload with three addresses",
        workload({ ...meshed, workloadIPs: [{}, {}, {}] }),
        /must have at most 2 items/,
    ],
    ["an object without its contents", object(`${policy}/v1beta3`, "Server", undefined), /spec: Required/],
];

describe("definitions of the linkerd-crds chart", function () {
    this.timeout("1m");

    let cluster: BareCluster;
    before(async function () {
        // The first start builds the control plane.
        this.timeout("30m");
        cluster = await startBareCluster();
        await cluster.install("linkerd-crds", "default", { installGatewayAPI: false }, "--wait");
    });
    after(() => cluster?.stop());

    for (const [what, given] of accepted) {
        it(`accept ${what}`, async () => assert.equal(await cluster.refusal(given), undefined));
    }

    for (const [what, given, why] of refused) {
        it(`refuse ${what}`, async () => assert.match((await cluster.refusal(given)) ?? "accepted", why));
    }

    it("fill in what an author left out", async () => {
        assert.deepEqual((await cluster.admitted(server({ podSelector: {}, port: 80 }))).spec, {
            accessPolicy: "deny",
            podSelector: {},
            port: 80,
            proxyProtocol: "unknown",
        });
        const everything = { path: { type: "PathPrefix", value: "/" } };
        assert.deepEqual((await cluster.admitted(route({ parentRefs: [{ name: "api" }] }))).spec, {
            parentRefs: [{ group: policy, kind: "Gateway", name: "api" }],
            rules: [{ matches: [everything] }],
        });
    });

    it("drop a field that Linkerd does not know", async () => {
        const { spec } = await cluster.admitted(egress({ trafficPolicy: "Allow", allowAll: true }));
        assert.deepEqual(spec, { trafficPolicy: "Allow" });
    });

    it("give back an object of an older version at the one that Linkerd reads", async () => {
        await cluster.create(server({ podSelector: {}, port: 80 }, "v1beta1"));
        const [stored] = await cluster.list(`${policy}/v1beta3`, "Server", "default");
        assert.equal(stored?.spec.accessPolicy, "deny");
    });
});
