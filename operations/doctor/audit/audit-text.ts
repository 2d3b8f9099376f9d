import { type Audit } from "./audit.ts";
import { type Finding } from "./finding.ts";

const heads = ["CALLER", "TARGET", "PORT", "PATH", "COUNT", "NOW"] as const;

/** The audit for a terminal: a line for each finding, and below it the row that would allow it. */
export function auditText({ findings, proxies, allowed }: Audit): string {
    const certain = findings.filter((finding) => finding.certain);
    const doubtful = findings.filter((finding) => !finding.certain);
    const sections = [
        ...(certain.length === 0 ? [] : [listed(certain)]),
        ...(doubtful.length === 0 ? [] : [`Perhaps allowed, which the metrics cannot tell:\n\n${listed(doubtful)}`]),
        `${many(proxies, "proxy", "proxies")} read: ${many(certain.length, "kind", "kinds")} of calls without a row, ` +
            `${String(doubtful.length)} perhaps. ${many(allowed, "call", "calls")} more came under a row.`,
    ];
    return `${sections.join("\n\n")}\n`;
}

function listed(findings: readonly Finding[]): string {
    const lines = findings.map(cells);
    const widths = heads.map((head, column) =>
        Math.max(head.length, ...lines.map((line) => line[column]?.length ?? 0)),
    );
    const line = (texts: readonly string[]) =>
        texts
            .map((text, column) => text.padEnd(widths[column] ?? 0))
            .join("  ")
            .trimEnd();
    return [
        line(heads),
        ...findings.flatMap((finding, index) => [line(lines[index] ?? []), `    → ${finding.advice}`]),
    ].join("\n");
}

function cells({ caller, target, port, path, count, outcome }: Finding): string[] {
    return [caller, target, String(port), path, String(count), outcome];
}

function many(count: number, one: string, more: string): string {
    return `${String(count)} ${count === 1 ? one : more}`;
}
