import { type GatewayApi, Linkerd, type MeshTrust } from "../../../components/index.ts";

/** The control plane, with the trust domain that the roots were made for. */
export function linkerd(trust: MeshTrust, gatewayApi: GatewayApi): Linkerd {
    return new Linkerd("linkerd", { trustDomain: "cluster.local" }, { dependsOn: [trust, gatewayApi] });
}
