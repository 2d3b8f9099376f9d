import {
    type Linkerd,
    MeshPolicy,
    PolicyMode,
    policyObjects,
    Protocol,
    type Workload,
} from "../../../components/index.ts";

const shop: Workload = {
    kind: "workload",
    name: "shop",
    namespace: "shop",
    serviceAccount: "shop",
    labels: { app: "shop" },
};
const till: Workload = { ...shop, name: "till", serviceAccount: "till", labels: { app: "till" } };

/** A namespace in which the till may call the shop, and nobody else may call anybody. */
export function meshPolicy(linkerd: Linkerd): MeshPolicy {
    const objects = policyObjects(
        {
            namespaces: ["shop"],
            connections: [
                {
                    name: "till",
                    from: [till],
                    to: shop,
                    port: { number: 8080, protocol: Protocol.http },
                    reason: "The till asks for prices",
                },
            ],
            egress: [],
        },
        { mode: PolicyMode.enforce, clusterCidrs: ["10.0.0.0/8"] },
    );
    return new MeshPolicy("shop-policy", { namespaces: ["shop"], objects }, { dependsOn: [linkerd] });
}
