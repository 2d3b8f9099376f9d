import { ClientAddress } from "../../../components/entrance/client-rules.ts";
import { nlbAnnotations, NlbMaker } from "../../../components/entrance/nlb.ts";
import { type Problem } from "../../../components/problem.ts";
import { ClusterKind, NodesKind } from "../cluster/cluster-schema.ts";
import { type EntranceKind, Exposure, LoadBalancerKind } from "./entrance-schema.ts";
import { type ParsedConfig } from "../schema.ts";

type ParsedGateway = Extract<NonNullable<ParsedConfig["entrance"]>, { kind: typeof EntranceKind.gateway }>;

/** A load balancer that nothing in the cluster would make: a deployment would wait for it until it gives up. */
export function loadBalancerProblems({ loadBalancer }: ParsedGateway, cluster: ParsedConfig["cluster"]): Problem[] {
    if (loadBalancer.kind !== LoadBalancerKind.nlb) {
        return [];
    }
    const path = ["entrance", "loadBalancer"];
    if (cluster.kind === ClusterKind.existing) {
        const rule =
            "that is in AWS, and cluster names no account there. Name it in cluster.aws, or set the kind to service.";
        return cluster.aws === undefined ? [{ path: [...path, "kind"], value: loadBalancer.kind, rule }] : [];
    }
    // Of a cluster that the stack makes it is known what is in it.
    return cluster.nodes.kind === NodesKind.auto || loadBalancer.class !== undefined
        ? []
        : [
              {
                  path: [...path, "class"],
                  value: undefined,
                  rule:
                      "nothing in a new cluster with managed nodes makes load balancers. Set cluster.nodes to {kind: auto}, or " +
                      `run the AWS Load Balancer Controller there and write it as "${NlbMaker.controller}".`,
              },
          ];
}

/** The Service before Envoy, and whether the client's address comes by it. */
export function loadBalancer({ loadBalancer: asked, exposure }: ParsedGateway, cluster: ParsedConfig["cluster"]) {
    switch (asked.kind) {
        case LoadBalancerKind.nlb: {
            const auto = cluster.kind === ClusterKind.eks && cluster.nodes.kind === NodesKind.auto;
            const annotations = nlbAnnotations({ internet: exposure === Exposure.internet });
            return {
                service: { class: asked.class ?? (auto ? NlbMaker.autoMode : NlbMaker.controller), annotations },
                clientAddress: ClientAddress.proxyProtocol,
            };
        }
        case LoadBalancerKind.service: {
            const { class: maker, annotations, clientAddress } = asked;
            return { service: { class: maker, annotations }, clientAddress };
        }
        case LoadBalancerKind.none:
            return { service: undefined, clientAddress: ClientAddress.unknown };
    }
}
