import { rules, unexplained } from "../../operations/plan/rules/rules.ts";
import { markdownTable, withWrittenPart } from "./written-part.ts";

export const planFile = "docs/plan.md";

export function planTable(): string {
    return markdownTable(
        ["Rule", "Verdict", "When"],
        [...rules, unexplained].map(({ id, verdict, says }) => [`\`${id}\``, verdict, says]),
    );
}

export function withPlan(page: string, written: string): string {
    return withWrittenPart(planFile, page, written);
}
