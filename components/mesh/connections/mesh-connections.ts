import { type ConnectionTable } from "../../connection.ts";
import { certManagerNamespace, linkerdNamespace, vizNamespace } from "../names.ts";
import { certificateConnections } from "./certificate-connections.ts";
import { controlPlaneConnections } from "./control-plane-connections.ts";
import { namesFor, proxiesOf } from "./namespace-connections.ts";
import { type ClusterAddresses } from "./sources.ts";
import { vizConnections } from "./viz-connections.ts";

/**
 * The rows of the mesh itself: its own parts, and what all pods need of it. `meshed` are the namespaces of others whose
 * pods have proxies. Whom a cert-manager of somebody else's may call is theirs to say.
 */
export function meshConnections(
    meshed: readonly string[],
    addresses: ClusterAddresses,
    { existingCertManager = false }: { existingCertManager?: boolean } = {},
): ConnectionTable {
    const namespaces = [
        ...(existingCertManager ? [] : [certManagerNamespace]),
        linkerdNamespace,
        vizNamespace,
        ...meshed,
    ];
    const parts = [
        ...(existingCertManager ? [] : [certificateConnections(addresses)]),
        controlPlaneConnections(addresses),
        vizConnections(addresses),
        namesFor(namespaces, addresses),
    ];
    return {
        connections: [
            ...parts.flatMap(({ connections }) => connections),
            ...[vizNamespace, ...meshed].flatMap((namespace) => proxiesOf(namespace, addresses)),
        ],
        egress: parts.flatMap(({ egress }) => egress),
        namespaces,
    };
}
