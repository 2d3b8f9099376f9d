import {
    type V1IPBlock,
    type V1LabelSelector,
    type V1NetworkPolicy,
    type V1NetworkPolicyPeer,
    type V1NetworkPolicyPort,
} from "@kubernetes/client-node";
import fc from "fast-check";

import { type PolicyWorld } from "../../../../../../../rehearsal/cluster/node/process/network/policy/pod-rules.ts";
import {
    type PolicyPod,
    Protocol,
} from "../../../../../../../rehearsal/cluster/node/process/network/policy/policy-pod.ts";
import { type Connection } from "./naive.ts";

// Few words for everything, so that what is asked for is often there.
const namespaceName = fc.constantFrom("north", "south");
const labels = fc.dictionary(fc.constantFrom("app", "tier"), fc.constantFrom("a", "b"));
const protocol = fc.constantFrom(...Object.values(Protocol));
const port = fc.integer({ min: 1, max: 6 });
const selector: fc.Arbitrary<V1LabelSelector> = fc.oneof<fc.Arbitrary<V1LabelSelector>[]>(
    fc.constant({}),
    labels.map((matchLabels) => ({ matchLabels })),
    fc.constant({ matchExpressions: [{ key: "app", operator: "DoesNotExist" }] }),
);

const namedPort = fc.record({ name: fc.constantFrom("http", "admin"), port, protocol });
const pod = (last: number): fc.Arbitrary<PolicyPod> =>
    fc.record({
        namespace: namespaceName,
        labels,
        address: fc.constant(`10.0.0.${String(last)}`),
        ports: fc.array(namedPort, { maxLength: 2 }),
    });

const outside = ["10.0.0.9", "10.0.1.1", "192.0.2.1"];
const ipBlock = fc.constantFrom<V1IPBlock[]>(
    { cidr: "0.0.0.0/0" },
    { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] },
    { cidr: "10.0.0.0/24", except: ["10.0.0.2/32", "10.0.0.8/29"] },
    { cidr: "10.0.0.3/32" },
    { cidr: "192.0.2.0/24" },
);
const peer: fc.Arbitrary<V1NetworkPolicyPeer> = fc.oneof(
    ipBlock.map((block) => ({ ipBlock: block })),
    selector.map((podSelector) => ({ podSelector })),
    selector.map((namespaceSelector) => ({ namespaceSelector })),
    fc.record({ podSelector: selector, namespaceSelector: selector }),
);
const wantedPort: fc.Arbitrary<V1NetworkPolicyPort> = fc.oneof(
    fc.record({ protocol }),
    fc.record({ protocol, port }),
    port.map((number) => ({ port: number })),
    fc.tuple(port, port).map(([one, other]) => ({ port: Math.min(one, other), endPort: Math.max(one, other) })),
    fc.record({ protocol, port: fc.constantFrom("http", "admin") }),
);
const list = <T>(item: fc.Arbitrary<T>) => fc.option(fc.array(item, { maxLength: 2 }), { nil: undefined });
const policy: fc.Arbitrary<V1NetworkPolicy> = fc.record({
    metadata: fc.record({ namespace: namespaceName }),
    spec: fc.record({
        podSelector: selector,
        policyTypes: fc.constantFrom(["Ingress"], ["Egress"], ["Ingress", "Egress"]),
        ingress: list(fc.record({ _from: list(peer), ports: list(wantedPort) })),
        egress: list(fc.record({ to: list(peer), ports: list(wantedPort) })),
    }),
});

export const world: fc.Arbitrary<PolicyWorld> = fc.record({
    pods: fc.tuple(pod(1), pod(2), pod(3)),
    namespaces: fc.tuple(labels, labels).map(
        ([north, south]) =>
            new Map([
                ["north", north],
                ["south", south],
            ]),
    ),
    policies: fc.array(policy, { maxLength: 4 }),
});

/** Every connection that could be asked about in such a world. */
export function connections({ pods }: PolicyWorld): Connection[] {
    const inside = pods.map(({ address }) => address);
    const pairs = inside.flatMap((pod) => [
        ...inside.map((to) => ({ from: pod, to })),
        ...outside.flatMap((host) => [
            { from: pod, to: host },
            { from: host, to: pod },
        ]),
    ]);
    return pairs.flatMap((pair) =>
        Object.values(Protocol).flatMap((one) =>
            [1, 2, 3, 4, 5, 6, 7].map((number) => ({ ...pair, port: number, protocol: one })),
        ),
    );
}
