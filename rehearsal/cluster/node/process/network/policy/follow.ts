import { NetworkingV1Api, type V1Namespace, type V1NetworkPolicy, type V1Pod } from "@kubernetes/client-node";

import { type Kube } from "../../../api/kube.ts";
import { Watched } from "../../../api/watched.ts";
import { type Governed, NetworkPolicies } from "./network-policies.ts";
import { type PolicyPod } from "./policy-pod.ts";

/** The name server as rules for it are written anywhere: a cluster's own is a pod with this label. */
function nameServer(address: string): PolicyPod {
    const ports = [
        { name: "dns", port: 53, protocol: "UDP" },
        { name: "dns-tcp", port: 53, protocol: "TCP" },
    ] as const;
    return { namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, address, ports };
}

/** Resolves when the network does as the cluster's network policies say, as it then goes on doing. */
export async function followNetworkPolicies(
    kube: Kube,
    network: Governed,
    nameServerAddress: string,
): Promise<NetworkPolicies> {
    const networking = kube.config.makeApiClient(NetworkingV1Api);
    const changed = (): void => {
        policies.changed();
    };
    const pods = new Watched<V1Pod>(kube.config, {
        what: "pods, for their networks' rules",
        path: "/api/v1/pods",
        fieldSelector: "spec.nodeName!=",
        list: (request) => kube.core.listPodForAllNamespaces(request),
        changed,
        gone: changed,
    });
    const namespaces = new Watched<V1Namespace>(kube.config, {
        what: "namespaces",
        path: "/api/v1/namespaces",
        list: (request) => kube.core.listNamespace(request),
        changed,
        gone: changed,
    });
    const objects = new Watched<V1NetworkPolicy>(kube.config, {
        what: "network policies",
        path: "/apis/networking.k8s.io/v1/networkpolicies",
        list: (request) => networking.listNetworkPolicyForAllNamespaces(request),
        changed,
        gone: changed,
    });
    const policies = new NetworkPolicies({
        network,
        sources: { pods: () => pods.all(), namespaces: () => namespaces.all(), policies: () => objects.all() },
        standIns: [nameServer(nameServerAddress)],
    });
    await Promise.all([pods.start(), namespaces.start(), objects.start()]);
    await policies.settled();
    return policies;
}
