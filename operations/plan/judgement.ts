import { changesBetween, type Plan, type ResourceChange } from "./changes.ts";
import { type RenderedDifferences } from "./rendering/rendered-differences.ts";
import { type Rule, Verdict, within } from "./rules/rule.ts";
import { order, rules, unexplained } from "./rules/rules.ts";
import { brief } from "./rules/running-rules.ts";

export interface Finding {
    readonly rule: string;
    readonly verdict: Verdict;
    readonly resource: string;
    readonly type: string;
    readonly text: string;
}

export interface Judgement {
    /** The gravest of all findings, safe where there are none. */
    readonly verdict: Verdict;
    /** The rule of the first finding that is so grave. */
    readonly decidedBy: string | undefined;
    /** The gravest first. */
    readonly findings: readonly Finding[];
}

/** What the change from one plan to the other means, with what charts were seen to make of it. */
export function judge(before: Plan, after: Plan, rendered?: RenderedDifferences): Judgement {
    const found = changesBetween(before, after, rendered).flatMap(findingsOf);
    const findings = [...order].reverse().flatMap((verdict) => found.filter((finding) => finding.verdict === verdict));
    return { verdict: findings[0]?.verdict ?? Verdict.safe, decidedBy: findings[0]?.rule, findings };
}

function findingsOf(change: ResourceChange): Finding[] {
    const { name, type, differences } = change;
    const finding = ({ id, verdict }: Pick<Rule, "id" | "verdict">, text: string): Finding => ({
        rule: id,
        verdict,
        resource: name,
        type,
        text,
    });
    const meanings = rules.flatMap((rule) => rule.meanings(change).map((meaning) => ({ rule, meaning })));
    const explained = meanings.flatMap(({ meaning }) => meaning.explains);
    const left = differences.filter(({ path }) => !explained.some((outer) => within(path, outer)));
    return [
        ...meanings.map(({ rule, meaning }) => finding(rule, meaning.text)),
        ...left.map(({ path, was, is }) => finding(unexplained, `${path}: ${brief(was)} → ${brief(is)}`)),
    ];
}
