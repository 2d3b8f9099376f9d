import { type Egress, type NonEmpty, type Workload } from "../connection.ts";
import { type AwsAccount, serviceEndpoint } from "./account.ts";

/** EKS's agent on each node, which hands a pod its role's credentials. The node's own are at another address. */
const podIdentityAgent = "169.254.170.23/32";

/** How pods of an account get the credentials of their roles. */
export interface Credentials {
    readonly account: AwsAccount;
    /** Whether pods ask the node's agent for them, and not the token service. */
    readonly podIdentity: boolean;
}

/** Where pods that have a role get its credentials. */
export function credentialsEgress({ account, podIdentity }: Credentials, from: NonEmpty<Workload>): Egress {
    return podIdentity
        ? {
              name: "aws-credentials",
              from,
              to: {
                  kind: "addresses",
                  name: "pod-identity",
                  cidrs: [podIdentityAgent],
                  ports: [{ number: 80, transport: "TCP" }],
                  outside: true,
              },
              reason: "EKS's agent on the node hands each pod the credentials of its role",
          }
        : {
              name: "aws-credentials",
              from,
              // An endpoint in the VPC gives the name an address there.
              to: { kind: "hosts", hosts: [serviceEndpoint(account, "sts")], port: 443, named: true, private: true },
              reason: "The token service gives each pod the credentials of its role",
          };
}
