import { type AwsAccount, serviceEndpoint } from "../../aws/account.ts";
import { credentialsEgress } from "../../aws/credentials-egress.ts";
import {
    type Addresses,
    type Connection,
    type Destination,
    type Egress,
    Protocol,
    type Workload,
} from "../../connection.ts";
import { loadBalancerController as names, loadBalancerNamespace } from "../names.ts";

/** The AWS Load Balancer Controller, where the stack runs one. */
export const loadBalancerController: Workload = {
    kind: "workload",
    name: "load-balancer-controller",
    namespace: loadBalancerNamespace,
    serviceAccount: names.serviceAccount,
    labels: names.labels,
};

/** What the controller's rows depend on. */
export interface LoadBalancerConnections {
    readonly account: AwsAccount;
    /** Whether pods ask the node's agent for their role's credentials, and not the token service. */
    readonly podIdentity: boolean;
    readonly apiServer: Addresses;
    readonly kubelet: Addresses;
    readonly kubernetes: Destination;
}

/** Who calls the controller, and whom it calls. */
export function loadBalancerConnections(use: LoadBalancerConnections): { connections: Connection[]; egress: Egress[] } {
    const { account, podIdentity } = use;
    const from = [loadBalancerController] as const;
    return {
        connections: [
            {
                name: "webhook",
                from: [use.apiServer],
                to: loadBalancerController,
                port: {
                    number: names.webhook.port,
                    protocol: Protocol.tls,
                    service: { name: names.webhook.service, port: 443 },
                },
                reason: "The API server has the bindings of pods to load balancers checked",
            },
            {
                name: "health",
                from: [use.kubelet],
                to: loadBalancerController,
                port: { number: names.health, protocol: Protocol.http },
                only: [
                    { methods: ["GET"], path: { exact: "/healthz" } },
                    { methods: ["GET"], path: { exact: "/readyz" } },
                ],
                reason: "The kubelet asks whether it is well",
            },
        ],
        egress: [
            {
                name: "kubernetes",
                from,
                to: use.kubernetes,
                reason: "Services, and the pods behind them, are objects of the Kubernetes API",
            },
            {
                name: "aws-balancers",
                from,
                // An endpoint in the VPC gives a name an address there.
                to: {
                    kind: "hosts",
                    hosts: [serviceEndpoint(account, "elasticloadbalancing"), serviceEndpoint(account, "ec2")],
                    port: 443,
                    named: true,
                    private: true,
                },
                reason: "It makes the load balancer and its security groups in AWS",
            },
            credentialsEgress({ account, podIdentity }, from),
        ],
    };
}
