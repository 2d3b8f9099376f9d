import assert from "node:assert/strict";

import { parseAllDocuments } from "yaml";

import { gatewayApi, moduleFiles } from "../../rehearsal/charts/sources.ts";
import { type AnyObject, type BareCluster, eventually, startBareCluster } from "./bare-cluster.ts";

const policy = "policy.linkerd.io";
const gateway = "gateway.networking.k8s.io";

function object(apiVersion: string, kind: string, spec: object, labels?: Record<string, string>): AnyObject {
    return { apiVersion, kind, metadata: { name: "one", namespace: "default", labels }, spec };
}

const server = (spec: object, labels?: Record<string, string>) =>
    object(
        `${policy}/v1beta3`,
        "Server",
        { podSelector: { matchLabels: { app: "other" } }, port: 80, ...spec },
        labels,
    );
const target = { group: policy, kind: "Server", name: "api" };
const meshTls = { group: policy, kind: "MeshTLSAuthentication", name: "callers" };
const network = { group: policy, kind: "NetworkAuthentication", name: "office" };
const account = { kind: "ServiceAccount", name: "caller" };
const authorization = (requiredAuthenticationRefs: object[], targetRef: object = target) =>
    object(`${policy}/v1alpha1`, "AuthorizationPolicy", { targetRef, requiredAuthenticationRefs });
const identities = (spec: object) => object(`${policy}/v1alpha1`, "MeshTLSAuthentication", spec);
const networks = (...ranges: object[]) => object(`${policy}/v1alpha1`, "NetworkAuthentication", { networks: ranges });
const egress = (...ranges: object[]) =>
    object(`${policy}/v1alpha1`, "EgressNetwork", { trafficPolicy: "Deny", networks: ranges });
const toServer = { group: policy, kind: "Server", name: "api" };
const outside = { group: policy, kind: "EgressNetwork", name: "outside" };
const route = (parent: object, rule: object = {}, apiVersion = `${policy}/v1beta3`, kind = "HTTPRoute") =>
    object(apiVersion, kind, { parentRefs: [parent], rules: [rule] });
const stream = (parent: object, kind: "TLSRoute" | "TCPRoute", version: string) =>
    object(`${gateway}/${version}`, kind, {
        parentRefs: [parent],
        ...(kind === "TLSRoute" && { hostnames: ["example.com"] }),
        rules: [{ backendRefs: [outside] }],
    });
const rate = (targetRef: object, clientRefs: object[] = [account]) =>
    object(`${policy}/v1alpha1`, "HTTPLocalRateLimitPolicy", {
        targetRef,
        overrides: [{ requestsPerSecond: 1, clientRefs }],
    });
const redirect = { filters: [{ type: "RequestRedirect", requestRedirect: { statusCode: 302 } }] };
const backend = { group: "", kind: "Service", name: "a", port: 80, filters: redirect.filters };

const accepted: [what: string, object: AnyObject][] = [
    ["a Server by number", server({})],
    [
        "a Server of one of Linkerd's own extensions by name",
        server({ port: "http" }, { "linkerd.io/extension": "viz" }),
    ],
    ["a policy with one identity and one network", authorization([meshTls, network])],
    ["a policy with a ServiceAccount", authorization([account])],
    ["a policy for a route", authorization([meshTls], { group: policy, kind: "HTTPRoute", name: "a" })],
    ["a policy for its own namespace", authorization([meshTls], { kind: "Namespace", name: "default" })],
    [
        "an identity by its account, in another namespace too",
        identities({ identityRefs: [{ ...account, namespace: "a" }] }),
    ],
    ["all identities of a namespace", identities({ identityRefs: [{ kind: "Namespace", name: "a" }] })],
    ["identities by name", identities({ identities: ["*", "*.a.example", "a.b"] })],
    [
        "networks with exceptions",
        networks({ cidr: "10.0.0.0/8", except: ["10.1.0.0/16", "10.2.0.1"] }, { cidr: "::/0" }),
    ],
    ["an EgressNetwork", egress({ cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] })],
    ["a route of a Server", route(toServer, { matches: [{ path: { type: "Exact", value: "/a" } }] })],
    ["a route out with its port", route({ ...outside, port: 80 })],
    ["a route of a Service with a filter", route({ group: "", kind: "Service", name: "a", port: 80 }, redirect)],
    ["a TLSRoute out with its port", stream({ ...outside, port: 443 }, "TLSRoute", "v1alpha2")],
    ["a rate limit", rate(target)],
];

const refused: [what: string, object: AnyObject, why: RegExp][] = [
    ["a Server by a port's name", server({ port: "http" }), /port is "http": give its number/],
    ["a Server by a port that there is not", server({ port: 70000 }), /port is 70000: a port is from 1 to 65535/],
    ["a Server of an unknown protocol", server({ proxyProtocol: "HTTP/3" }), /proxyProtocol is "HTTP\/3"/],
    ["a Server of an unknown access policy", server({ accessPolicy: "allow" }), /accessPolicy is "allow"/],
    ["a policy that requires nobody", authorization([]), /requiredAuthenticationRefs is empty: that lets in everybody/],
    ["a policy that requires a Server", authorization([target]), /and names Server/],
    [
        "a kind of the wrong group",
        authorization([{ kind: "MeshTLSAuthentication", name: "a" }]),
        /requiredAuthenticationRefs may name/,
    ],
    ["two identities", authorization([meshTls, account]), /no caller has two/],
    ["two networks", authorization([network, network]), /two NetworkAuthentications/],
    ["a policy for a Service", authorization([meshTls], { kind: "Service", name: "a" }), /targetRef is a Service/],
    [
        "a policy for another namespace",
        authorization([meshTls], { kind: "Namespace", name: "kube-system" }),
        /targetRef is the namespace kube-system: a policy is for its own, default/,
    ],
    ["a namespace's identities without its name", identities({ identityRefs: [{ kind: "Namespace" }] }), /has no name/],
    [
        "a namespace in a namespace",
        identities({ identityRefs: [{ kind: "Namespace", name: "a", namespace: "b" }] }),
        /its name is the namespace that is meant/,
    ],
    ["identities of pods", identities({ identityRefs: [{ kind: "Pod", name: "a" }] }), /and names Pod/],
    ["an identity with a star inside", identities({ identities: ["a.*"] }), /and these are "a\.\*"/],
    ["no network", networks(), /networks is empty/],
    ["a network that is none", networks({ cidr: "10.0.0.0/33" }), /one here is not/],
    ["an exception from elsewhere", networks({ cidr: "10.0.0.0/8", except: ["11.0.0.0/16"] }), /not in the range/],
    ["an exception of everything", networks({ cidr: "10.0.0.0/8", except: ["10.0.0.0/8"] }), /takes away all/],
    ["an EgressNetwork of a range that is none", egress({ cidr: "everywhere" }), /one here is not/],
    ["a route of a Server that redirects", route(toServer, redirect), /has filters/],
    ["a route of a Server whose backend has a filter", route(toServer, { backendRefs: [backend] }), /has filters/],
    ["a route out without its port", route(outside), /needs the port/],
    [
        "a path that begins nowhere",
        route(toServer, { matches: [{ path: { value: "a" } }] }),
        /does not begin with "\/"/,
    ],
    ["Gateway API's route of a Server that redirects", route(toServer, redirect, `${gateway}/v1`), /has filters/],
    ["Gateway API's route out without its port", route(outside, {}, `${gateway}/v1`), /needs the port/],
    ["a GRPCRoute out without its port", route(outside, {}, `${gateway}/v1`, "GRPCRoute"), /needs the port/],
    ["a TLSRoute out without its port", stream(outside, "TLSRoute", "v1alpha2"), /needs the port/],
    ["a TCPRoute out without its port", stream(outside, "TCPRoute", "v1alpha2"), /needs the port/],
    ["a rate limit for a route", rate({ group: policy, kind: "HTTPRoute", name: "a" }), /a rate limit is for a Server/],
    ["a rate limit for networks", rate(target, [network]), /clientRefs may name ServiceAccounts/],
];

const labels = (matchLabels: object) => ({ podSelector: { matchLabels } });
const among = (key: string, ...values: string[]) => ({
    podSelector: { matchExpressions: [{ key, operator: "In", values }] },
});

/** Beside a Server of port 8080 for the pods with app=api and tier=front. */
const neighbours: [what: string, spec: object, isRefused: boolean][] = [
    ["the same pods", labels({ app: "api", tier: "front" }), true],
    ["some of the same pods", labels({ app: "api" }), true],
    ["every pod", { podSelector: {} }, true],
    ["pods with another label, which one pod may have as well", labels({ zone: "a" }), true],
    ["pods among which they may be", among("app", "api", "web"), true],
    ["another port", { ...labels({ app: "api" }), port: 8081 }, false],
    ["other pods", labels({ app: "web" }), false],
    ["pods that differ in one of two labels", labels({ app: "api", tier: "back" }), false],
    ["pods among which they cannot be", among("app", "web", "mail"), false],
    ["workloads outside", { podSelector: undefined, externalWorkloadSelector: {} }, false],
];

describe("what Linkerd's validator lets pass and this does not, and what it refuses as well", function () {
    this.timeout("1m");

    let cluster: BareCluster;
    before(async function () {
        // The first start builds the control plane.
        this.timeout("30m");
        cluster = await startBareCluster();
        for (const text of (await moduleFiles(gatewayApi)).values()) {
            for (const definition of parseAllDocuments(text).map((one) => one.toJS() as AnyObject | null)) {
                if (definition?.kind === "CustomResourceDefinition") {
                    await cluster.create(definition);
                }
            }
        }
        await cluster.install("linkerd-crds", "default", { installGatewayAPI: false }, "--wait");
        // A policy is in force a moment after it is there. One that never is fails the tests below.
        const deadline = Date.now() + 60_000;
        for (const [, given] of refused) {
            await eventually(async () => (Date.now() > deadline ? true : cluster.refusal(given)));
        }
        const first = server({ ...labels({ app: "api", tier: "front" }), port: 8080 });
        await cluster.create({ ...first, metadata: { ...first.metadata, name: "first" } });
        await eventually(async () =>
            Date.now() > deadline ? true : cluster.refusal(server({ port: 8080, podSelector: {} })),
        );
    });
    after(() => cluster?.stop());

    for (const [what, given] of accepted) {
        it(`accepts ${what}`, async () => assert.equal(await cluster.refusal(given), undefined));
    }

    for (const [what, given, why] of refused) {
        it(`refuses ${what}`, async () => assert.match((await cluster.refusal(given)) ?? "accepted", why));
    }

    for (const [what, spec, isRefused] of neighbours) {
        it(`${isRefused ? "refuses" : "accepts"} a second Server for ${what}`, async () => {
            const said = await cluster.refusal(server({ port: 8080, ...spec }));
            if (isRefused) {
                assert.match(said ?? "accepted", /Server first is there for port 8080 and may choose the same pods/);
            } else {
                assert.equal(said, undefined);
            }
        });
    }

    it("refuses a second Server for the proxy's own port under its other name", async () => {
        const viz = { "linkerd.io/extension": "viz" };
        const admin = server({ podSelector: {}, port: 4191 });
        await cluster.create({ ...admin, metadata: { ...admin.metadata, name: "admin" } });
        const named = server({ port: "linkerd-admin" }, viz);
        await eventually(async () => ((await cluster.refusal(named)) ? true : undefined));
        assert.match((await cluster.refusal(named)) ?? "accepted", /Server admin is there/);
    });

    it("keeps a pod from running whose port two Servers choose under two names, which only the pod shows", async () => {
        const podSelector = { matchLabels: { app: "twice" } };
        const byNumber = server({ podSelector, port: 8888 });
        await cluster.create({ ...byNumber, metadata: { ...byNumber.metadata, name: "by-number" } });
        const byName = server({ podSelector, port: "http" }, { "linkerd.io/extension": "viz" });
        await cluster.create({ ...byName, metadata: { ...byName.metadata, name: "by-name" } });
        await cluster.create({
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name: "twice", namespace: "default", labels: podSelector.matchLabels },
            spec: {
                containers: [{ name: "main", image: "example/main:1", ports: [{ name: "http", containerPort: 8888 }] }],
            },
        });
        const { message } = await eventually(async () =>
            (await cluster.list("v1", "Event", "default")).find(({ reason }) => reason === "MeshPolicyUnclear"),
        );
        assert.match(message, /^Servers by-\w+ and by-\w+ both choose port 8888 of this pod/);
        const [pod] = await cluster.list("v1", "Pod", "default");
        assert.equal(pod?.status?.containerStatuses?.[0]?.ready ?? false, false);
    });

    it("lets a Server be changed, which it does not hold against itself", async () => {
        const [stored] = await cluster.list(`${policy}/v1beta3`, "Server", "default");
        assert.ok(stored);
        assert.equal(
            await cluster.refusedChange({ ...stored, spec: { ...stored.spec, proxyProtocol: "HTTP/1" } }),
            undefined,
        );
    });
});
