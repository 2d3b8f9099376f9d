import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { envoyLabels, opaque, ports } from "./names.ts";

export interface EntranceServiceArgs {
    /** The entrance's own. */
    namespace: pulumi.Input<string>;

    /** Who makes the load balancer. Defaults to the cluster's own. */
    class?: string | undefined;

    /** What that must be told. Defaults to nothing. */
    annotations?: Readonly<Record<string, string>>;

    /** Ranges from which the load balancer takes connections. */
    sourceRanges: readonly string[];
}

/**
 * The load balancer before Envoy. Not Envoy Gateway's own Service: of this one a deployment waits until it has an address,
 * and a destroy until whoever made the load balancer has taken it away.
 */
export class EntranceService extends pulumi.ComponentResource {
    /** The host name or address that the load balancer got. */
    public readonly address: pulumi.Output<string>;

    constructor(name: string, args: EntranceServiceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:EntranceService", name, {}, opts);

        const service = new k8s.core.v1.Service(
            `${name}-public`,
            {
                metadata: {
                    name: "entrance-public",
                    namespace: args.namespace,
                    annotations: { ...args.annotations, ...opaque(ports.https) },
                },
                spec: {
                    type: "LoadBalancer",
                    loadBalancerClass: args.class,
                    loadBalancerSourceRanges: [...args.sourceRanges],
                    // Else the node would put its own address in the place of the client's.
                    externalTrafficPolicy: "Local",
                    selector: { ...envoyLabels },
                    ports: [{ name: "https", port: ports.https, targetPort: ports.envoy, protocol: "TCP" }],
                },
            },
            { parent: this },
        );

        this.address = service.status.loadBalancer.ingress.apply((given) => {
            const [first] = given ?? [];
            return first?.hostname ?? first?.ip ?? "";
        });

        this.registerOutputs({ address: this.address });
    }
}
