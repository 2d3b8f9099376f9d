/** Lines of a terminal, with each column as wide as its widest cell. */
export function textTable(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
    const all = [heads, ...rows];
    const widths = heads.map((_head, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
    return all.map((cells) =>
        cells
            .map((cell, column) => cell.padEnd(widths[column] ?? 0))
            .join("  ")
            .trimEnd(),
    );
}

/** Under a heading, or nothing where there are no rows. */
export function section(title: string, heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
    return rows.length === 0 ? [] : ["", title, ...textTable(heads, rows).map((line) => `  ${line}`)];
}
