import { accessRules } from "./access-rules.ts";
import { dataRules } from "./data-rules.ts";
import { type Rule, Verdict } from "./rule.ts";
import { runningRules } from "./running-rules.ts";

/** From the least to the most. */
export const order: readonly Verdict[] = [Verdict.safe, Verdict.review, Verdict.danger];

/** What no rule knows is for people to judge. */
export const unexplained: Omit<Rule, "meanings"> = {
    id: "unexplained",
    verdict: Verdict.review,
    says: "Something changes that no other rule knows.",
};

/** All rules, the gravest first. */
export const rules: readonly Rule[] = [...accessRules, ...dataRules, ...runningRules].sort(
    (one, other) => order.indexOf(other.verdict) - order.indexOf(one.verdict),
);
