import assert from "node:assert/strict";

import { type Finding } from "../../../operations/plan/judgement.ts";
import { type PlanReport } from "../../../operations/plan/plan.ts";
import { marker, planMarkdown, planText } from "../../../operations/plan/plan-text.ts";

function reportOf(findings: Finding[]): PlanReport {
    const plan = {
        stack: "dev",
        comparedWith: "main",
        verdict: "danger",
        decidedBy: "team-removed",
        findings,
    } as const;
    return { verdict: "danger", stacks: [plan] };
}

const finding = (text: string): Finding => ({
    rule: "team-removed",
    verdict: "danger",
    resource: "team",
    type: "t",
    text,
});

describe("a plan as people read it", () => {
    it("begins with the line by which its comment is found again, and the verdict", () => {
        const [first, second] = planMarkdown(reportOf([finding("gone")])).split("\n");
        assert.equal(first, marker);
        assert.equal(second, "## Plan: danger");
    });

    it("says which rule decided", () => {
        for (const text of [planText(reportOf([finding("gone")])), planMarkdown(reportOf([finding("gone")]))]) {
            assert.match(text, /dev, compared with main: danger \(team-removed\)/);
        }
    });

    it("keeps what a stranger wrote text", () => {
        const comment = planMarkdown(reportOf([finding("`@everyone` <img src=x>\n# head")]));
        assert.ok(comment.includes("- `` team: `@everyone` <img src=x> # head ``"));
        assert.ok(!planText(reportOf([finding("\u001b[31mred")])).includes("\u001b"));
    });

    it("fits into a comment, and says where it does not", () => {
        const comment = planMarkdown(reportOf(Array.from({ length: 2000 }, () => finding("x".repeat(100)))));
        assert.ok(comment.length < 65_000);
        assert.match(comment, /more than a comment takes/);
    });
});
