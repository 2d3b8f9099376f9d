import { type Outcome } from "./audited-call.ts";

/** Calls of one kind that no row allows, from all proxies that counted them. */
export interface Finding {
    readonly direction: "in" | "out";
    /** A workload such as `airflow/worker`, an account, or that there is no identity. */
    readonly caller: string;
    /** A workload, a host or an address. */
    readonly target: string;
    readonly port: number;
    /** What the route says of the requests: the metrics have no paths. `-` where there is none. */
    readonly path: string;
    readonly count: number;
    readonly outcome: Outcome;
    /** False where a row allows it from some addresses, or the audit itself may have called: the metrics cannot tell. */
    readonly certain: boolean;
    /** The row that would allow it, or what to do in its place. */
    readonly advice: string;
}

/** A finding, or that a row allows the call, which an audit counts under its own name as well. */
export type Judgement = Omit<Finding, "count"> | "allowed";

/** One finding for all that differ in nothing but their count, the most frequent first. */
export function summed(findings: readonly Finding[]): Finding[] {
    const alike = Map.groupBy(findings, (finding) => JSON.stringify({ ...finding, count: 0 }));
    return [...alike.values()]
        .flatMap(([first, ...rest]) =>
            first === undefined ? [] : [{ ...first, count: rest.reduce((sum, { count }) => sum + count, first.count) }],
        )
        .sort((one, other) => other.count - one.count || textOf(one).localeCompare(textOf(other)));
}

function textOf({ direction, caller, target, port, path }: Finding): string {
    return [direction, caller, target, port, path].join(" ");
}
