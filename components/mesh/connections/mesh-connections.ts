import { type ConnectionTable } from "../../connection.ts";
import { certManagerNamespace, linkerdNamespace, vizNamespace } from "../names.ts";
import { certificateConnections } from "./certificate-connections.ts";
import { controlPlaneConnections } from "./control-plane-connections.ts";
import { namesFor, proxiesOf } from "./namespace-connections.ts";
import { type ClusterAddresses } from "./sources.ts";
import { vizConnections } from "./viz-connections.ts";
import { type ExistingPrometheus, existingPrometheus, prometheus as ownPrometheus } from "./workloads.ts";

/** What of the mesh's parts is somebody else's. */
export interface ExistingRows {
    /** Defaults to false. */
    readonly existingCertManager?: boolean | undefined;
    /** Defaults to one of the stack's own. */
    readonly prometheus?: ExistingPrometheus | undefined;
}

/**
 * The rows of the mesh itself: its own parts, and what all pods need of it. `meshed` are the namespaces of others whose
 * pods have proxies. Whom a cert-manager of somebody else's may call is theirs to say.
 */
export function meshConnections(
    meshed: readonly string[],
    addresses: ClusterAddresses,
    { existingCertManager = false, prometheus }: ExistingRows = {},
): ConnectionTable {
    const namespaces = [
        ...(existingCertManager ? [] : [certManagerNamespace]),
        linkerdNamespace,
        vizNamespace,
        ...meshed,
    ];
    const scraper = prometheus === undefined ? ownPrometheus : existingPrometheus(prometheus);
    const parts = [
        ...(existingCertManager ? [] : [certificateConnections(addresses)]),
        controlPlaneConnections(addresses, scraper),
        vizConnections(addresses, prometheus),
        namesFor(namespaces, addresses),
    ];
    return {
        connections: [
            ...parts.flatMap(({ connections }) => connections),
            ...[vizNamespace, ...meshed].flatMap((namespace) => proxiesOf(namespace, addresses, scraper)),
        ],
        egress: parts.flatMap(({ egress }) => egress),
        namespaces,
    };
}
