import { type Connection, type ConnectionTable, decidedByRows } from "../../connection.ts";

/** What no policies can be made of, or none that do what the rows say. They are mistakes in the program, not in a stack. */
export function tableProblems({ connections, egress }: ConnectionTable): string[] {
    const decided = connections.filter(({ to, port }) => decidedByRows(to, port));
    const ports = [...Map.groupBy(decided, ({ to, port }) => `${to.namespace}/${to.name}:${port.number}`)];
    return [
        ...repeated(connections.map(({ to, port, name }) => `${to.namespace}/${to.name}:${port.number} ${name}`)),
        ...repeated(egress.flatMap(({ from, name }) => from.map((each) => `${each.namespace} ${name} ${idOf(each)}`))),
        ...decided.filter(({ to }) => Object.keys(to.labels).length === 0).map((row) => `${at(row)} selects no pods`),
        ...decided
            .filter(({ from }) => from.some(({ kind }) => kind === "cluster"))
            .map((row) => `${at(row)} lets in every pod of the cluster, which is no rule`),
        ...decided
            .filter(({ from }) => from.some((caller) => caller.kind === "workload" && !caller.serviceAccount))
            .map((row) => `${at(row)} has a caller without a service account, whom the mesh does not know`),
        ...ports
            .filter(([, rows]) => new Set(rows.map(({ only }) => only === undefined)).size > 1)
            .map(([port]) => `${port} has a row for some requests and one for all, which would open the others too`),
        ...ports.flatMap(([port, rows]) => ambiguities(port, rows)),
        ...overlaps(ports.map(([, rows]) => rows[0] as Connection)),
    ];
}

/** Two rows for the same requests: the proxy would take one of them, and refuse whom only the other lets in. */
function ambiguities(port: string, rows: readonly Connection[]): string[] {
    const named = rows.flatMap(({ name, only }) =>
        (only ?? []).map(({ methods, path }) => {
            const text = "exact" in path ? path.exact : path.below;
            return { name, methods, path: text === "/" ? text : text.replace(/\/+$/, "") };
        }),
    );
    return named.flatMap((one, index) =>
        named
            .slice(index + 1)
            .filter(({ name, path, methods }) => {
                const shared = one.methods?.some((method) => methods?.includes(method) ?? true) ?? true;
                return name !== one.name && path === one.path && shared;
            })
            .map(({ name, path }) => `${port} has ${path} in two rows, ${one.name} and ${name}`),
    );
}

/**
 * Two Servers on one port of one pod: Linkerd takes the older one and says nothing, so which one counts would depend on
 * the order of a deployment.
 */
function overlaps(ports: readonly Connection[]): string[] {
    const alike = Map.groupBy(ports, ({ to, port }) => `${to.namespace}:${port.number}`);
    return [...alike.values()].flatMap((rows) =>
        rows.flatMap((one, index) =>
            rows
                .slice(index + 1)
                .filter((other) => !apart(one.to.labels, other.to.labels))
                .map((other) => `${at(one)} and ${at(other)} may select the same pod`),
        ),
    );
}

/** Whether no pod has all of both: there is a label that they want otherwise. */
function apart(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
    return Object.entries(one).some(([key, value]) => key in other && other[key] !== value);
}

function repeated(keys: readonly string[]): string[] {
    const seen = new Set<string>();
    return keys.filter((key) => seen.has(key) || !seen.add(key)).map((key) => `${key} is there twice`);
}

function at({ to, port, name }: Connection): string {
    return `${to.namespace}/${to.name}:${port.number} ${name}`;
}

function idOf(caller: { readonly kind: string; readonly name?: string }): string {
    return `${caller.kind} ${caller.name ?? ""}`;
}
