import { type Host } from "./entrance-route.ts";
import { denialPage } from "./uis/denial-page.ts";
import { gatewayGroup } from "./names.ts";

/** The spec of the BackendTrafficPolicy: what Envoy waits for and takes on the way to a Service. */
export function backendRules({ name, hostname, largestRequest, access }: Host) {
    return {
        targetRefs: [{ group: gatewayGroup, kind: "HTTPRoute", name }],
        timeout: {
            tcp: { connectTimeout: "5s" },
            // Envoy's own are 15 seconds for a whole answer: too short for the log of a running task, which is a stream.
            http: { requestTimeout: "900s", connectionIdleTimeout: "300s" },
        },
        ...(access
            ? {
                  responseOverride: [
                      {
                          match: { statusCodes: [{ type: "Value", value: 403 }] },
                          // Envoy's own refusals, and not what the UI itself refuses.
                          source: "Local",
                          response: {
                              contentType: "text/html; charset=utf-8",
                              body: {
                                  type: "Inline",
                                  inline: denialPage(hostname, access.groups, access.login.contact),
                              },
                          },
                      },
                  ],
              }
            : {}),
        ...(largestRequest === undefined ? {} : { requestBuffer: { limit: largestRequest } }),
    };
}
