import { type Destination } from "../../connection.ts";
import { type ClusterAddresses } from "./sources.ts";

/** The cluster's own API server, which answers at an address of its network, at one of these ports. */
export function kubernetesApi({ cluster }: ClusterAddresses): Destination {
    return {
        kind: "addresses",
        name: "kubernetes",
        cidrs: cluster,
        outside: false,
        ports: [
            { number: 443, transport: "TCP" },
            { number: 6443, transport: "TCP" },
        ],
    };
}
