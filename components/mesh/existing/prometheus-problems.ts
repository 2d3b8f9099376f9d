import { type Problem } from "../../problem.ts";
import { type ExistingParts, type ForeignParts } from "./parts.ts";

/** Why a Prometheus cannot read the mesh's metrics, or not be asked for them. */
export function prometheusProblems({ prometheus: found }: ForeignParts, { prometheus }: ExistingParts): Problem[] {
    if (prometheus === undefined || found === undefined) {
        return [];
    }
    const { namespace, service, port, serviceAccount } = prometheus;
    const because = (key: keyof typeof prometheus, value: unknown, rule: string): Problem => ({
        path: ["existing", "prometheus", key],
        value,
        rule,
    });
    const { ports, pods } = found;
    const accounts = [...new Set(pods.map((pod) => pod.serviceAccount))];
    return [
        ...(ports === undefined
            ? [
                  because(
                      "service",
                      service,
                      `namespace ${namespace} has no such Service. Name the one where Prometheus is asked.`,
                  ),
              ]
            : ports.includes(port)
              ? []
              : [
                    because(
                        "port",
                        port,
                        `the Service ${service} has ${ports.join(", ")}. Name the one where Prometheus is asked.`,
                    ),
                ]),
        ...(pods.length === 0
            ? [
                  because(
                      "labels",
                      prometheus.labels,
                      `no pod of namespace ${namespace} has them. Give those of its pods.`,
                  ),
              ]
            : []),
        ...(pods.length > 0 && !accounts.includes(serviceAccount)
            ? [because("serviceAccount", serviceAccount, `its pods run as ${accounts.join(", ")}. Name that.`)]
            : []),
        ...(pods.length > 0 && !pods.some(({ ready }) => ready)
            ? [because("namespace", namespace, "none of its pods there is ready. See to it, or to whom it belongs.")]
            : []),
        ...(pods.length > 0 && !pods.every(({ meshed }) => meshed)
            ? [
                  because(
                      "namespace",
                      namespace,
                      "its pods there are to have no proxy, and the mesh lets in by identity alone who reads metrics. " +
                          "Annotate them, or the namespace, with linkerd.io/inject: enabled, and start them anew once Linkerd is there.",
                  ),
              ]
            : []),
    ];
}
