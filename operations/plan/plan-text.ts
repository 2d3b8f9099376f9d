import { type Finding } from "./judgement.ts";
import { type PlanReport, type StackPlan } from "./plan.ts";
import { type Verdict } from "./rules/rule.ts";
import { order } from "./rules/rules.ts";

/** By this line the comment is found again that is edited in place. */
export const marker = "<!-- airflow-linkerd plan -->";

/** GitHub refuses comments above 65536 characters. */
const mostCharacters = 60_000;

const secrets = "Secrets are in no plan, so whether one changed is not said here.";

/** By rule, in the order of the findings: the gravest first. */
function byRule(findings: readonly Finding[]): [rule: string, findings: Finding[]][] {
    const rules = [...new Set(findings.map(({ rule }) => rule))];
    return rules.map((rule) => [rule, findings.filter((finding) => finding.rule === rule)]);
}

function heading({ stack, comparedWith, verdict, decidedBy }: StackPlan): string {
    return `${stack}, compared with ${comparedWith}: ${verdict}${decidedBy === undefined ? ", nothing changes" : ` (${decidedBy})`}`;
}

/** For a terminal. */
export function planText({ stacks }: PlanReport): string {
    return [
        ...stacks.flatMap((plan) => [
            heading(plan),
            ...byRule(plan.findings).flatMap(([rule, findings]) => [
                `  ${findings[0]?.verdict ?? ""}  ${rule}`,
                ...findings.map(({ resource, text }) => `    ${resource}: ${printable(text)}`),
            ]),
            "",
        ]),
        secrets,
        "",
    ].join("\n");
}

/** For a comment on a pull request. Whatever the plan says, it stays text: no mention, no markup. */
export function planMarkdown({ verdict, stacks }: PlanReport): string {
    const head = [marker, `## Plan: ${verdict}`, ""];
    const body = stacks.flatMap((plan) => [
        `### ${heading(plan)}`,
        "",
        ...[...order].reverse().flatMap((each) => details(each, plan.findings)),
    ]);
    const tail = ["", `${secrets} What each rule means: docs/plan.md.`, ""];
    const lines: string[] = [...head];
    let left = mostCharacters;
    for (const line of body) {
        left -= line.length + 1;
        if (left < 0) {
            lines.push("", "**There is more than a comment takes:** `npm run plan` says all of it.");
            break;
        }
        lines.push(line);
    }
    return [...lines, ...tail].join("\n");
}

function details(verdict: Verdict, findings: readonly Finding[]): string[] {
    const grave = byRule(findings.filter((finding) => finding.verdict === verdict));
    return grave.flatMap(([rule, found]) => [
        `**${verdict}: ${rule}** (${String(found.length)})`,
        "",
        ...found.map(({ resource, text }) => `- ${code(`${resource}: ${text}`)}`),
        "",
    ]);
}

/** As code, whatever backticks are in it. */
function code(text: string): string {
    const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
    const fence = "`".repeat(longest + 1);
    return longest === 0 ? `${fence}${printable(text)}${fence}` : `${fence} ${printable(text)} ${fence}`;
}

/** On one line, and without what a terminal takes for a command. */
function printable(text: string): string {
    return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ");
}
