import assert from "node:assert/strict";

import { MeshPolicy } from "../../../../components/mesh/policy/mesh-policy.ts";
import { NetworkIsolation } from "../../../../components/mesh/policy/network-isolation.ts";
import { policyObjects } from "../../../../components/mesh/policy/policy-objects.ts";
import { underMocks } from "../../../support/mocks.ts";
import { customer, row, settings, table } from "./rows.ts";

const networkPolicy = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const kinds = [
    "kubernetes:policy.linkerd.io/v1beta3:Server",
    "kubernetes:policy.linkerd.io/v1alpha1:MeshTLSAuthentication",
    "kubernetes:policy.linkerd.io/v1alpha1:AuthorizationPolicy",
    "kubernetes:policy.linkerd.io/v1alpha1:EgressNetwork",
    networkPolicy,
];

const objects = policyObjects(table([row()], { namespaces: ["shop", "town"] }), settings);

describe("MeshPolicy", () => {
    it("makes every policy of its namespaces and none of others, each named after what it is", async () => {
        const { registered } = await underMocks(
            kinds,
            () => new MeshPolicy("policy", { namespaces: ["shop"], objects }),
        );
        const made = registered.resources.filter(({ type }) => type.startsWith("kubernetes:")).map(({ name }) => name);
        assert.deepEqual(made.sort(), [
            "policy-shop-egress-outside",
            "policy-shop-identities-shop.8080.customers",
            "policy-shop-network-default-deny",
            "policy-shop-network-to.shop",
            "policy-shop-policy-shop.8080.customers",
            "policy-shop-server-shop.8080",
        ]);
        for (const name of made) {
            assert.equal(registered.parentOf(name), "policy");
        }
        assert.deepEqual(registered.input("policy-shop-server-shop.8080", "spec.podSelector"), {
            matchLabels: { app: "shop" },
        });
    });
});

describe("NetworkIsolation", () => {
    it("makes the NetworkPolicies of namespaces that are there before the mesh", async () => {
        const { registered } = await underMocks(
            [networkPolicy],
            () => new NetworkIsolation("isolation", { namespaces: ["town"], objects }),
        );
        assert.deepEqual(
            registered
                .ofType(networkPolicy)
                .map(({ name }) => name)
                .sort(),
            ["isolation-town-network-default-deny", `isolation-town-network-from.${customer.name}`],
        );
    });

    it("refuses what needs a mesh that is not there yet", async () => {
        await assert.rejects(
            underMocks(kinds, () => new NetworkIsolation("isolation", { namespaces: ["shop"], objects })),
            /Server shop\/shop\.8080 needs the mesh, and the namespace is there before it\. Let MeshPolicy make it\./,
        );
    });
});
