import { join } from "node:path";

import {
    type Caller,
    type Connection,
    type ConnectionTable,
    DecidedBy,
    type Egress,
    isMeshed,
    type Port,
    type Requests,
} from "../../components/connection.ts";
import { checkout } from "../../rehearsal/place.ts";
import { connectionTable } from "../../stacks/connections.ts";
import { exampleStack } from "../support/policy/example-stack.ts";
import { markdownTable, withWrittenPart } from "./written-part.ts";

export const connectionsFile = join(checkout, "docs", "connections.md");

/** The page with the tables in their place. */
export function withTables(page: string, tables: string): string {
    return withWrittenPart("docs/connections.md", page, tables);
}

/** The tables and the diagram of the production example, and what a development stack has besides. */
export async function connectionTables(): Promise<string> {
    const production = connectionTable(await exampleStack("prod.example"));
    const development = connectionTable(await exampleStack("dev"));
    const known = new Set(production.connections.map(key));
    const more = development.connections.filter((row) => !known.has(key(row)));
    return [
        diagram(production),
        ...production.namespaces.flatMap((namespace) => [
            `### Into \`${namespace}\``,
            connectionRows(production.connections.filter(({ to }) => to.namespace === namespace)),
        ]),
        "### Into other namespaces",
        connectionRows(production.connections.filter(({ to }) => !production.namespaces.includes(to.namespace))),
        "### Out of the cluster, and to what has addresses alone",
        egressRows(production.egress),
        "### In a development stack besides",
        connectionRows(more),
    ].join("\n\n");
}

function connectionRows(rows: readonly Connection[]): string {
    return markdownTable(
        ["To", "From", "Requests", "Decided by", "Why"],
        rows.map(({ from, to, port, only, reason }) => [
            `${to.name} ${portText(port)}`,
            from.map(callerText).join(", "),
            only === undefined ? "all" : only.map(requestsText).join(", "),
            decision(isMeshed(to) ? (port.decidedBy ?? DecidedBy.rows) : DecidedBy.nobody),
            reason,
        ]),
    );
}

function egressRows(rows: readonly Egress[]): string {
    return markdownTable(
        ["From", "To", "Decided by", "Why"],
        rows.map(({ from, to, reason }) => [
            from.map(callerText).join(", "),
            to.kind === "hosts"
                ? `${to.hosts.map((host) => `\`${host}\``).join(", ")} port ${to.port}`
                : `${to.cidrs.map((cidr) => `\`${cidr}\``).join(", ")} ${to.ports.map(({ number, transport }) => `${transport} ${number}`).join(", ")}`,
            to.kind === "hosts"
                ? to.named
                    ? "name in TLS by the mesh; port by the network"
                    : "port alone, by both"
                : "addresses and ports, by the network",
            reason,
        ]),
    );
}

/** Airflow's own part of the table, as arrows. */
function diagram({ connections }: ConnectionTable): string {
    const id = (text: string) => text.replace(/[^a-zA-Z0-9]/g, "_");
    const own = connections.filter(({ to }) => to.namespace === "airflow" && to.name !== "proxies");
    const arrows = own.flatMap(({ from, to, port, only }) =>
        from.map(
            (caller) =>
                `    ${id(callerName(caller))}["${callerName(caller)}"] -- "${port.number}${only ? ` ${only.map(pathText).join(", ")}` : ""}" --> ${id(to.name)}["${to.name}"]`,
        ),
    );
    return ["```mermaid", "flowchart LR", ...new Set(arrows), "```"].join("\n");
}

function callerName(caller: Caller): string {
    switch (caller.kind) {
        case "workload":
        case "addresses":
            return caller.name;
        case "namespace":
            return `every pod of ${caller.namespace}`;
        case "cluster":
            return "every pod";
    }
}

function callerText(caller: Caller): string {
    return caller.kind === "workload" ? `${caller.namespace}/${caller.name}` : callerName(caller);
}

function portText({ number, service }: Port): string {
    return service === undefined || service.port === number ? `${number}` : `${number} (Service ${service.port})`;
}

function requestsText({ methods, path }: Requests): string {
    return `${methods === undefined ? "" : `${methods.join(" or ")} `}\`${"exact" in path ? path.exact : `${path.below}…`}\``;
}

function pathText({ path }: Requests): string {
    return "exact" in path ? path.exact : `${path.below}…`;
}

function decision(by: DecidedBy): string {
    switch (by) {
        case DecidedBy.rows:
            return "mesh and network";
        case DecidedBy.chart:
            return "the chart's own policies, and network";
        case DecidedBy.nobody:
            return "network";
    }
}

function key({ to, port, name }: Connection): string {
    return `${to.namespace}/${to.name}:${port.number} ${name}`;
}
