import { type Host } from "./entrance-route.ts";
import { gatewayGroup } from "./names.ts";

/** The spec of the BackendTrafficPolicy: what Envoy waits for and takes on the way to a Service. */
export function backendRules({ name, largestRequest }: Pick<Host, "name" | "largestRequest">) {
    return {
        targetRefs: [{ group: gatewayGroup, kind: "HTTPRoute", name }],
        timeout: {
            tcp: { connectTimeout: "5s" },
            // Envoy's own are 15 seconds for a whole answer: too short for the log of a running task, which is a stream.
            http: { requestTimeout: "900s", connectionIdleTimeout: "300s" },
        },
        ...(largestRequest === undefined ? {} : { requestBuffer: { limit: largestRequest } }),
    };
}
