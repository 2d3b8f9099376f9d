import { type Port, type Workload } from "../../../connection.ts";
import { policyName } from "./policy-name.ts";
import { linkerdGroup, type PolicyObject } from "./policy-object.ts";

/** What becomes of a connection that nothing allows. */
export const PolicyMode = {
    /** It is refused. */
    enforce: "enforce",
    /** It is let through and counted, for a first rollout. */
    audit: "audit",
} as const;

export type PolicyMode = (typeof PolicyMode)[keyof typeof PolicyMode];

export type Server = PolicyObject<
    "Server",
    {
        readonly podSelector: { readonly matchLabels: Readonly<Record<string, string>> };
        /** Always a number: it cannot name what no pod has. */
        readonly port: number;
        readonly proxyProtocol: string;
        readonly accessPolicy: "deny" | "audit";
    }
>;

/** One port of a workload, to which the mesh's other policies attach. */
export function server(to: Workload, port: Port, mode: PolicyMode): Server {
    return {
        apiVersion: `${linkerdGroup}/v1beta3`,
        kind: "Server",
        metadata: { name: serverName(to, port), namespace: to.namespace },
        spec: {
            podSelector: { matchLabels: to.labels },
            port: port.number,
            proxyProtocol: port.protocol,
            accessPolicy: mode === PolicyMode.audit ? "audit" : "deny",
        },
    };
}

export function serverName(to: Workload, port: Port): string {
    return policyName(to.name, port.number);
}
