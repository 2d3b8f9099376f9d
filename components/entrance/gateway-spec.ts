import type * as pulumi from "@pulumi/pulumi";

import { type Host } from "./entrance-route.ts";
import { gatewayGroup, gatewayName, ports } from "./names.ts";

/** The spec of the Gateway: a listener for each host name, and none for any other, nor for plain HTTP. */
export function gatewaySpec(hosts: readonly Host[], certificateSecret: pulumi.Input<string>) {
    return {
        gatewayClassName: gatewayName,
        listeners: hosts.map(({ name, hostname }) => ({
            name,
            hostname,
            port: ports.https,
            protocol: "HTTPS",
            tls: {
                mode: "Terminate",
                certificateRefs: [{ group: "", kind: "Secret", name: certificateSecret }],
            },
            allowedRoutes: {
                namespaces: { from: "Same" },
                kinds: [{ group: gatewayGroup, kind: "HTTPRoute" }],
            },
        })),
    };
}
