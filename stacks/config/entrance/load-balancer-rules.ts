import { ClientAddress } from "../../../components/entrance/client-rules.ts";
import { nlbAnnotations, NlbMaker } from "../../../components/entrance/nlb.ts";
import { type Problem } from "../../../components/problem.ts";
import { ClusterKind, NodesKind } from "../cluster/cluster-schema.ts";
import { Exposure, LoadBalancerKind, type ParsedGateway } from "./entrance-schema.ts";
import { type ParsedConfig } from "../schema.ts";

/** Whether the stack itself runs what makes its load balancer: in a cluster of its own, unless EKS makes them there. */
export function runsController({ loadBalancer }: ParsedGateway, cluster: ParsedConfig["cluster"]): boolean {
    return (
        loadBalancer.kind === LoadBalancerKind.nlb &&
        loadBalancer.class === undefined &&
        cluster.kind === ClusterKind.eks &&
        cluster.nodes.kind !== NodesKind.auto
    );
}

/** A load balancer that nothing in the cluster would make: a deployment would wait for it until it gives up. */
export function loadBalancerProblems(entrance: ParsedGateway, { cluster, tags }: ParsedConfig): Problem[] {
    const { loadBalancer } = entrance;
    if (loadBalancer.kind !== LoadBalancerKind.nlb) {
        return [];
    }
    const path = ["entrance", "loadBalancer"];
    if (cluster.kind === ClusterKind.existing) {
        const rule =
            "that is in AWS, and cluster names no account there. Name it in cluster.aws, or set the kind to service.";
        return cluster.aws === undefined ? [{ path: [...path, "kind"], value: loadBalancer.kind, rule }] : [];
    }
    if (loadBalancer.class === NlbMaker.autoMode && cluster.nodes.kind !== NodesKind.auto) {
        const rule =
            "EKS itself makes load balancers only where nodes are Auto Mode's. Leave the key out, and the stack runs what makes " +
            "them, or set cluster.nodes to {kind: auto}.";
        return [{ path: [...path, "class"], value: loadBalancer.class, rule }];
    }
    return runsController(entrance, cluster) ? tagProblems(tags) : [];
}

/** Tags that the controller cannot be told: it takes them as one text, and has some of its own. */
function tagProblems(tags: ParsedConfig["tags"]): Problem[] {
    return Object.entries(tags).flatMap(([key, value]) =>
        /=|^(elbv2|service|ingress|gateway)\.k8s\.aws\//.test(key)
            ? [
                  {
                      path: ["tags", key],
                      value,
                      rule:
                          "the AWS Load Balancer Controller, which entrance.loadBalancer has the stack run, takes no tag whose " +
                          "name has a = in it, or begins as its own do. Call it otherwise.",
                  },
              ]
            : [],
    );
}

/** The Service before Envoy, and whether the client's address comes by it. */
export function loadBalancer(entrance: ParsedGateway, cluster: ParsedConfig["cluster"]) {
    const { loadBalancer: asked, exposure } = entrance;
    switch (asked.kind) {
        case LoadBalancerKind.nlb: {
            const auto = cluster.kind === ClusterKind.eks && cluster.nodes.kind === NodesKind.auto;
            const annotations = nlbAnnotations({ internet: exposure === Exposure.internet });
            return {
                service: { class: asked.class ?? (auto ? NlbMaker.autoMode : NlbMaker.controller), annotations },
                clientAddress: ClientAddress.proxyProtocol,
                runsController: runsController(entrance, cluster),
            };
        }
        case LoadBalancerKind.service: {
            const { class: maker, annotations, clientAddress } = asked;
            return { service: { class: maker, annotations }, clientAddress, runsController: false };
        }
        case LoadBalancerKind.none:
            return { service: undefined, clientAddress: ClientAddress.unknown, runsController: false };
    }
}
