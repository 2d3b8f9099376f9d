const begin = "<!-- What follows is written by `npm run docs`. -->\n";
const end = "<!-- What was written ends here. -->";

/** A page with its written part in place, between the lines that say so. */
export function withWrittenPart(file: string, page: string, written: string): string {
    const [before, rest] = page.split(begin);
    const [, after] = rest?.split(end) ?? [];
    if (before === undefined || after === undefined) {
        throw new Error(`${file} must have the lines ${begin.trim()} and ${end}`);
    }
    return `${before}${begin}\n${written}\n\n${end}${after}`;
}

/** A table in Markdown. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
    const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
    return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
