import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { AllowCaller, type AllowCallerArgs } from "../../../../components/mesh/callers/allow-caller.ts";
import { callerPolicies } from "../../../../components/mesh/callers/caller-policies.ts";
import { callProblem } from "../../../../stacks/config/calls/call-rules.ts";
import { callRows } from "../../../../stacks/teams/call-rows.ts";
import { networkPolicies } from "../../../../components/mesh/policy/objects/network-policy.ts";
import { type Call, meshDecision } from "../../../support/policy/linkerd-policy.ts";
import { networkDecision } from "../../../support/policy/network-policy.ts";
import { underMocks } from "../../../support/mocks.ts";
import { Protocol } from "../../../../components/connection.ts";

const kinds = [
    "kubernetes:policy.linkerd.io/v1beta3:Server",
    "kubernetes:policy.linkerd.io/v1beta3:HTTPRoute",
    "kubernetes:policy.linkerd.io/v1alpha1:MeshTLSAuthentication",
    "kubernetes:policy.linkerd.io/v1alpha1:NetworkAuthentication",
    "kubernetes:policy.linkerd.io/v1alpha1:AuthorizationPolicy",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy",
];

const workload = { name: "catalog", namespace: "catalog", labels: { app: "catalog" } };
const analytics = { namespace: "team-analytics", serviceAccount: "airflow-task" };
const billing = { namespace: "team-billing", serviceAccount: "airflow-task" };
const args: AllowCallerArgs = {
    workload,
    port: 8080,
    callers: [{ ...analytics, namespace: pulumi.output(analytics.namespace) }],
    requests: [{ methods: ["GET"], path: { below: "/products" } }],
    probePaths: ["/ready"],
    reason: "Reports name the products",
};

const called = {
    workload: { kind: "workload", ...workload },
    port: 8080,
    protocol: Protocol.http,
    requests: args.requests,
    probePaths: args.probePaths,
    reason: args.reason,
    mode: "enforce",
} as const;
const objects = callerPolicies(called, [analytics]);

function mesh(identity: Call["identity"], path: string, method = "GET", made = objects): boolean {
    const pod = { ...workload, defaultPolicy: "all-unauthenticated" } as const;
    return meshDecision(made, { identity, address: "10.0.0.9", pod, port: 8080, request: { method, path } }).allowed;
}

function network(namespace: string, port: number, made = objects): boolean {
    const from = { address: "10.0.0.9", pod: { namespace, labels: { component: "worker" } } };
    return networkDecision(made, { from, to: { address: "10.0.0.8", pod: workload }, port });
}

describe("what AllowCaller's policies let in", () => {
    it("is the team's tasks with their requests, and no other team's", () => {
        assert.ok(mesh(analytics, "/products/7"));
        assert.ok(!mesh(billing, "/products/7"));
        assert.ok(!mesh({ ...analytics, serviceAccount: "default" }, "/products/7"));
        assert.ok(!mesh(undefined, "/products/7"));
        assert.ok(network("team-analytics", 4143));
        assert.ok(!network("team-billing", 4143));
        assert.ok(!network("team-billing", 8080));
    });

    it("is no other request of theirs", () => {
        assert.ok(!mesh(analytics, "/products", "DELETE"));
        assert.ok(!mesh(analytics, "/admin"));
        assert.ok(!mesh(analytics, "/ready", "POST"));
    });

    it("is the probe that was named, from whomever: the kubelet has no identity", () => {
        assert.ok(mesh(undefined, "/ready"));
        assert.ok(!mesh(undefined, "/ready", "POST"));
    });

    it("is every request where none was named", () => {
        const all = callerPolicies({ ...called, requests: undefined, probePaths: undefined }, [analytics, billing]);
        assert.ok(mesh(analytics, "/anything", "DELETE", all) && mesh(billing, "/anything", "DELETE", all));
        assert.ok(!mesh({ ...analytics, namespace: "team-sales" }, "/anything", "DELETE", all));
    });

    it("is everybody in an audit, which counts them", () => {
        const audit = callerPolicies({ ...called, mode: "audit" }, [analytics]);
        assert.ok(mesh(billing, "/products/7", "GET", audit));
        assert.ok(network("team-billing", 8080, audit));
    });

    it("says nothing of where the workload itself may go", () => {
        assert.ok(!objects.some(({ kind }) => kind === "EgressNetwork"));
        const out = { from: { address: "10.0.0.8", pod: workload }, to: { address: "192.0.2.1" }, port: 443 };
        assert.ok(networkDecision(objects, out));
    });
});

describe("AllowCaller", () => {
    it("makes each policy in the workload's namespace, for callers that are outputs", async () => {
        const { registered } = await underMocks(kinds, () => new AllowCaller("catalog", args));
        const made = registered.resources.filter(({ type }) => type.startsWith("kubernetes:")).map(({ name }) => name);
        assert.deepEqual(made.sort(), [
            "catalog-catalog-addresses-catalog.8080.probes.kubelet",
            "catalog-catalog-identities-catalog.8080.callers",
            "catalog-catalog-network-to.catalog",
            "catalog-catalog-policy-catalog.8080.callers",
            "catalog-catalog-policy-catalog.8080.probes.kubelet",
            "catalog-catalog-route-catalog.8080.callers",
            "catalog-catalog-route-catalog.8080.probes",
            "catalog-catalog-server-catalog.8080",
        ]);
        for (const name of made) {
            assert.equal(registered.parentOf(name), "catalog");
            assert.equal(registered.input(name, "metadata.namespace"), "catalog");
        }
        assert.deepEqual(registered.input("catalog-catalog-identities-catalog.8080.callers", "spec.identityRefs"), [
            { kind: "ServiceAccount", name: "airflow-task", namespace: "team-analytics" },
        ]);
        assert.deepEqual(
            registered.input("catalog-catalog-network-to.catalog", "spec"),
            objects.find(({ kind }) => kind === "NetworkPolicy")?.spec,
        );
    });

    it("says what the team's side needs, and the platform takes it", async () => {
        const { made } = await underMocks(
            kinds,
            () => new AllowCaller("catalog", { ...args, workload: { ...workload, service: "catalog" } }),
        );
        const { teamCall } = made;
        assert.deepEqual(teamCall, {
            namespace: "catalog",
            service: "catalog",
            labels: { app: "catalog" },
            port: 8080,
            reason: "Reports name the products",
        });
        assert.equal(callProblem(teamCall), undefined);
        const task = { kind: "workload", name: "task", labels: { component: "worker" }, ...analytics } as const;
        const connections = callRows("team-analytics", [task], [teamCall], () => args.reason);
        const team = networkPolicies({ connections, egress: [], namespaces: [analytics.namespace] }, []);
        assert.ok(network("team-analytics", 4143, [...objects, ...team]), "both ends let the call through");
        assert.ok(!network("team-analytics", 9090, [...objects, ...team]));
    });

    for (const [what, changes, message] of [
        ["nobody to call", { callers: [] }, /callers is empty: nobody could call\. Name a caller/],
        [
            "every pod of a namespace",
            { workload: { ...workload, labels: {} } },
            /workload\.labels is empty: .*Name a label/,
        ],
        ["a port that is none", { port: 0 }, /port is 0: .* from 1 to 65535/],
        ["an empty list of requests", { requests: [] }, /requests is empty: .* leave it out to allow all/],
        ["requests of what is no HTTP", { protocol: Protocol.opaque }, /protocol is "opaque": .*Leave requests out/],
        [
            "probes without requests",
            { requests: undefined },
            /probePaths is given without requests: .*Leave probePaths out/,
        ],
        [
            "a probe that callers may ask for, too",
            { probePaths: ["/products"], requests: [{ path: { exact: "/products" } }] },
            /\/products in two rows, callers and probes/,
        ],
    ] as const) {
        it(`refuses ${what}`, async () => {
            await assert.rejects(
                underMocks(
                    kinds,
                    () => new AllowCaller("catalog", { ...args, ...changes } as unknown as AllowCallerArgs),
                ),
                message,
            );
        });
    }
});
