import assert from "node:assert/strict";

import { type PolicyObject } from "../../../components/mesh/policy/objects/policy-object.ts";
import { type Call, meshDecision, type MeshedPod } from "./linkerd-policy.ts";

const pod: MeshedPod = {
    namespace: "shop",
    labels: { app: "shop" },
    portNames: { 8080: "http" },
    defaultPolicy: "deny",
    probes: [{ port: 8080, path: "/health" }],
};
const customer = { namespace: "town", serviceAccount: "customer" };
const thief = { namespace: "town", serviceAccount: "thief" };

const object = (kind: string, name: string, spec: unknown, age = 0): PolicyObject =>
    ({ apiVersion: "policy.linkerd.io/v1", kind, metadata: { name, namespace: "shop" }, spec, age }) as PolicyObject;

const server = (changes: object = {}, name = "server", age = 0) =>
    object("Server", name, { podSelector: { matchLabels: { app: "shop" } }, port: 8080, ...changes }, age);
const route = (name: string, ...matches: object[]) =>
    object("HTTPRoute", name, { parentRefs: [{ kind: "Server", name: "server" }], rules: [{ matches }] });
const below = (value: string) => ({ path: { type: "PathPrefix", value } });
const policy = (name: string, target: object, ...refs: object[]) =>
    object("AuthorizationPolicy", name, { targetRef: target, requiredAuthenticationRefs: refs });
const customers = object("MeshTLSAuthentication", "customers", {
    identityRefs: [{ kind: "ServiceAccount", name: "customer", namespace: "town" }],
});
const nearby = object("NetworkAuthentication", "nearby", {
    networks: [{ cidr: "10.0.0.0/8", except: ["10.9.0.0/16"] }],
});
const toServer = { kind: "Server", name: "server" };
const byIdentity = { kind: "MeshTLSAuthentication", name: "customers" };
const byAddress = { kind: "NetworkAuthentication", name: "nearby" };

const decide = (objects: PolicyObject[], changes: Partial<Call> = {}) =>
    meshDecision(objects, {
        identity: customer,
        address: "10.1.2.3",
        pod,
        port: 8080,
        request: { method: "GET", path: "/" },
        ...changes,
    }).allowed;

const health = { request: { method: "GET", path: "/health" } };

describe("the evaluator of Linkerd's policies", () => {
    it("follows the pod's default where no Server selects the port", () => {
        assert.equal(decide([]), false);
        assert.equal(decide([], { pod: { ...pod, defaultPolicy: "audit" }, identity: undefined }), true);
        assert.equal(decide([], { pod: { ...pod, defaultPolicy: "all-unauthenticated" }, identity: undefined }), true);
        assert.equal(decide([], { pod: { ...pod, defaultPolicy: "all-authenticated" } }), true);
        assert.equal(decide([], { pod: { ...pod, defaultPolicy: "all-authenticated" }, identity: undefined }), false);
    });

    it("takes a Server of the pod's own namespace, by the port's number or the name that a container gives it", () => {
        const open = policy("all", toServer, byIdentity);
        assert.equal(decide([server(), customers, open]), true);
        assert.equal(decide([server({ port: "http" }), customers, open]), true);
        assert.equal(decide([server({ port: "web" }), customers, open]), false);
        assert.equal(decide([server({ port: 80 }), customers, open]), false);
        assert.equal(decide([server(), customers, open], { pod: { ...pod, namespace: "town" } }), false);
    });

    it("leaves the default in force for a Server whose port name no pod has", () => {
        const lax = { ...pod, defaultPolicy: "all-unauthenticated" as const };
        assert.equal(decide([server({ port: "web" })], { pod: lax, identity: undefined }), true);
    });

    it("takes the older of two Servers, then the first by name", () => {
        const objects = (old: number, young: number) => [
            server({}, "server", old),
            server({}, "another", young),
            customers,
            policy("all", toServer, byIdentity),
        ];
        assert.equal(decide(objects(1, 2)), true);
        assert.equal(decide(objects(2, 1)), false);
        assert.equal(decide(objects(1, 1)), false);
    });

    it("wants all references of one policy, and one policy of several", () => {
        const both = [server(), customers, nearby, policy("both", toServer, byIdentity, byAddress)];
        assert.equal(decide(both), true);
        assert.equal(decide(both, { address: "192.0.2.1" }), false);
        assert.equal(decide(both, { identity: thief }), false);
        const either = [
            server(),
            customers,
            nearby,
            policy("one", toServer, byIdentity),
            policy("two", toServer, byAddress),
        ];
        assert.equal(decide(either, { address: "192.0.2.1" }), true);
        assert.equal(decide(either, { identity: undefined }), true);
        assert.equal(decide(either, { identity: undefined, address: "10.9.0.1" }), false);
    });

    it("refuses by a reference to what is missing, and opens to everybody by a list of none", () => {
        assert.equal(decide([server(), policy("all", toServer, byIdentity)]), false);
        assert.equal(decide([server(), policy("all", toServer)], { identity: undefined }), true);
    });

    it("adds a policy of the namespace to those of the Server", () => {
        const objects = [server(), customers, policy("all", { kind: "Namespace", name: "shop" }, byIdentity)];
        assert.equal(decide(objects), true);
        assert.equal(decide(objects, { identity: thief }), false);
    });

    it("lets probes through by themselves until the Server has a route", () => {
        assert.equal(decide([server()], { ...health, identity: undefined }), true);
        assert.equal(decide([], { ...health, identity: undefined }), true);
        assert.equal(decide([server(), route("goods", below("/goods"))], { ...health, identity: undefined }), false);
    });

    it("finds nothing without a route once there is one, and takes the most exact", () => {
        const objects = [
            server(),
            customers,
            route("all", below("/")),
            route("till", below("/till/")),
            policy("all", { kind: "HTTPRoute", name: "all" }, byIdentity),
        ];
        const at = (path: string) => decide(objects, { request: { method: "GET", path } });
        assert.equal(at("/goods"), true);
        assert.equal(at("/tills"), true);
        assert.equal(at("/till"), false);
        assert.equal(at("/till/../goods"), false);
        assert.equal(at("//till/x"), true);
        assert.equal(decide([server(), route("goods", below("/goods"))], { identity: customer }), false);
    });

    it("prefers what matches more of the path, and a method to none", () => {
        const objects = [
            server(),
            customers,
            route("all", below("/")),
            route("exact", { path: { type: "Exact", value: "/goods" } }),
            route("get", { ...below("/"), method: "DELETE" }),
            policy("all", { kind: "HTTPRoute", name: "all" }, byIdentity),
        ];
        const at = (method: string, path: string) => decide(objects, { request: { method, path } });
        assert.equal(at("GET", "/goods"), false);
        assert.equal(at("DELETE", "/goods/1"), false);
        assert.equal(at("GET", "/goods/1"), true);
    });

    it("counts instead of refusing on a Server that audits", () => {
        assert.equal(decide([server({ accessPolicy: "audit" })], { identity: undefined }), true);
    });

    it("refuses a port that the Service does not name", () => {
        const objects = [server(), customers, policy("all", toServer, byIdentity)];
        assert.equal(decide(objects, { declared: false }), false);
    });
});
