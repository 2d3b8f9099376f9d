import { type Audit } from "./audit.ts";
import { Outcome } from "./audited-call.ts";
import { type Finding } from "./finding.ts";

const heads = ["CALLER", "TARGET", "PORT", "PATH", "COUNT", "NOW"] as const;

/** The audit for a terminal: a line for each finding, and below it the row that would allow it. */
export function auditText({ findings, proxies, allowed }: Audit): string {
    const rest = `${many(allowed, "counted call is", "counted calls are")} allowed by rows.`;
    if (findings.length === 0) {
        return `Of what ${many(proxies, "proxy", "proxies")} counted, nothing would be refused. ${rest}\n`;
    }
    const lines = findings.map(cells);
    const widths = heads.map((head, column) =>
        Math.max(head.length, ...lines.map((line) => line[column]?.length ?? 0)),
    );
    const line = (texts: readonly string[]) =>
        texts
            .map((text, column) => text.padEnd(widths[column] ?? 0))
            .join("  ")
            .trimEnd();
    const summary = `${many(findings.length, "kind of call has", "kinds of calls have")} no row, as ${many(proxies, "proxy", "proxies")} counted. ${rest}`;
    return [
        line(heads),
        ...findings.flatMap((finding, index) => [line(lines[index] ?? []), `    → ${finding.advice}`]),
        "",
        `${summary}\n`,
    ].join("\n");
}

function cells({ caller, target, port, path, count, outcome }: Finding): string[] {
    return [caller, target, String(port), path, String(count), outcome === Outcome.refused ? "refused" : "let through"];
}

function many(count: number, one: string, more: string): string {
    return `${String(count)} ${count === 1 ? one : more}`;
}
