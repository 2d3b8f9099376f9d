import { join } from "node:path";

import { checkout } from "../../rehearsal/place.ts";
import { type Contract } from "../components/platform/contract-changes.ts";
import { markdownTable, withWrittenPart } from "./written-part.ts";

export const outputsFile = join(checkout, "docs", "outputs.md");

/** The page with the table in its place. */
export function withOutputs(page: string, table: string): string {
    return withWrittenPart("docs/outputs.md", page, table);
}

/** A row for each output, and for each part of one. */
export function outputsTable({ outputs }: Contract): string {
    return markdownTable(
        ["Output", "Type", "Given", "Since", "What it is"],
        Object.entries(outputs).map(([path, { type, always, since, description }]) => [
            `\`${path}\``,
            type,
            always ? "always" : "may be left out",
            since,
            description,
        ]),
    );
}
