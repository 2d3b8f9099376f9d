import { type Connection, type ConnectionTable, Protocol, type Workload } from "../../../../components/connection.ts";

/** A workload of the shop, which sells what the tests buy. */
export function workload(name: string, namespace = "shop"): Workload {
    return { kind: "workload", name, namespace, serviceAccount: name, labels: { app: name } };
}

export const shop = workload("shop");
export const till = workload("till");
export const customer = workload("customer", "town");

export const http = { number: 8080, protocol: Protocol.http, service: { name: "shop", port: 80 } } as const;

export function row(changes: Partial<Connection> = {}): Connection {
    return { name: "customers", from: [customer], to: shop, port: http, reason: "Somebody has to buy", ...changes };
}

export function table(connections: readonly Connection[], changes: Partial<ConnectionTable> = {}): ConnectionTable {
    return { connections, egress: [], namespaces: ["shop"], ...changes };
}

export const settings = { mode: "enforce", clusterCidrs: ["10.0.0.0/8", "fd00::/8"] } as const;
