import { isIP } from "node:net";

import { apiServer } from "../components/airflow/connections/workloads.ts";
import { type Egress, type NonEmpty, type Workload } from "../components/connection.ts";
import { presets } from "../components/identity/login-providers.ts";
import { type LoginRules } from "../components/identity/login-settings.ts";

/** The provider's issuer, and the hosts where it has tokens, keys or what it knows of people. Airflow asks unless others do. */
export function loginEgress(
    { issuer, provider, hosts = presets[provider].hosts }: Pick<LoginRules, "issuer" | "provider" | "hosts">,
    from: NonEmpty<Workload> = [apiServer],
): Egress[] {
    const { hostname, protocol, port: written } = new URL(issuer);
    const port = written === "" ? (protocol === "http:" ? 80 : 443) : Number(written);
    const address = hostname === "localhost" ? "127.0.0.1" : hostname;
    const [first, ...more] = hosts.filter((host) => host !== hostname || port !== 443);
    return [
        {
            name: "login",
            from,
            to:
                isIP(address) === 0
                    ? { kind: "hosts", hosts: [address], port, named: true, private: true }
                    : {
                          kind: "addresses",
                          name: "login",
                          cidrs: [`${address}/32`],
                          ports: [{ number: port, transport: "TCP" }],
                          // What a pod calls at its own loopback no proxy sees.
                          outside: !address.startsWith("127."),
                      },
            reason: "The login provider says who somebody is",
        },
        ...(first === undefined
            ? []
            : [
                  {
                      name: "login-hosts",
                      from,
                      to: { kind: "hosts", hosts: [first, ...more], port: 443, named: true, private: true },
                      reason: "The login provider has tokens, keys or what it knows of people there",
                  } satisfies Egress,
              ]),
    ];
}

/** Where Airflow has the keys of who else vouches for machines. */
export function machineIssuerEgress({ machineIssuers = [] }: Pick<LoginRules, "machineIssuers">): Egress[] {
    return machineIssuers.map(({ name, issuer, hosts = [] }) => {
        const { hostname, port } = new URL(issuer);
        return {
            name: `machines-${name}`,
            from: [apiServer],
            to: {
                kind: "hosts",
                hosts: [hostname, ...hosts],
                port: port === "" ? 443 : Number(port),
                named: true,
                private: true,
            },
            reason: "It says who a machine is, and has the keys of its tokens there",
        };
    });
}
