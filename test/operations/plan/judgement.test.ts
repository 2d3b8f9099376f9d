import assert from "node:assert/strict";

import { type Plan } from "../../../operations/plan/changes.ts";
import { judge } from "../../../operations/plan/judgement.ts";
import { order, rules, unexplained } from "../../../operations/plan/rules/rules.ts";
import { keyOf, planOf, set } from "./plans.ts";
import { rulePairs } from "./rule-pairs.ts";

describe("what a change means", function () {
    this.timeout(240_000);

    it("is nothing where nothing changes", async () => {
        for (const stack of ["dev", "prod.example"]) {
            const judgement = judge(await planOf(stack), await planOf(stack));
            assert.deepEqual(judgement, { verdict: "safe", decidedBy: undefined, findings: [] });
        }
    });

    it("is told by no rule without a pair of revisions", () => {
        assert.deepEqual(Object.keys(rulePairs).sort(), [...rules, unexplained].map(({ id }) => id).sort());
    });

    for (const { id, verdict } of [...rules, unexplained]) {
        it(`is ${verdict} by the rule ${id}`, async () => {
            const pair = rulePairs[id];
            assert.ok(pair);
            const [before, after] = await Promise.all([planOf(pair.stack), planOf(pair.stack)]);
            pair.before?.(before);
            pair.after(after);
            const rendered = new Map<string, string[]>();
            if (pair.rendered !== undefined) {
                rendered.set(keyOf(after, pair.rendered[0]), [pair.rendered[1]]);
            }
            const judgement = judge(before, after, rendered);
            const found = judgement.findings.filter(({ rule }) => rule === id);
            assert.ok(found.length > 0, JSON.stringify(judgement));
            assert.ok(found.every((finding) => finding.verdict === verdict));
            assert.ok(order.indexOf(judgement.verdict) >= order.indexOf(verdict));
            assert.equal(judgement.findings[0]?.rule, judgement.decidedBy);
            // It is a change that the rule tells from none.
            assert.deepEqual(judge(after, after).findings, []);
        });
    }

    it("is a danger where a way in past the login's provider is opened, and names what a machine may newly start", async () => {
        const [before, after] = await Promise.all([planOf("dev"), planOf("dev")]);
        set(
            after,
            "login-settings",
            ["inputs", "data", "break-glass.json"],
            [
                JSON.stringify({
                    until: "2026-11-26T12:00:00Z",
                    account: "system:serviceaccount:airflow:airflow-break-glass",
                }),
            ],
        );
        const opened = judge(before, after);
        assert.deepEqual(
            [opened.verdict, opened.findings[0]?.text],
            [
                "danger",
                "new: break-glass: whoever may make tokens of system:serviceaccount:airflow:airflow-break-glass administers " +
                    "Airflow until 2026-11-26T12:00:00Z",
            ],
        );
        const machines = [{ name: "nightly", clientId: "ci", subject: "ci", dags: ["report"] }];
        for (const [plan, more] of [
            [before, {}],
            [after, { machines }],
        ] as const) {
            set(
                plan,
                "team-executor-teams-1",
                ["inputs", "data", "analytics.json"],
                [JSON.stringify({ name: "analytics", ...more })],
            );
        }
        assert.ok(
            judge(before, after).findings.some(
                ({ rule, text }) =>
                    rule === "people-wider" &&
                    text === "new: machine nightly of team analytics, by the client ci, may start report",
            ),
        );
    });

    it("names the gravest first", async () => {
        const [before, after] = await Promise.all([planOf("dev"), planOf("dev")]);
        for (const id of ["created", "component", "team-removed"]) {
            rulePairs[id]?.after(after);
        }
        const { verdict, decidedBy, findings } = judge(before, after);
        assert.equal(verdict, "danger");
        assert.equal(decidedBy, "team-removed");
        const ranks = findings.map((finding) => order.indexOf(finding.verdict));
        assert.deepEqual(
            ranks,
            [...ranks].sort((one, other) => other - one),
        );
    });

    it("shows no value of a new secret, as a plan has none", () => {
        const secret: Plan = {
            resources: { "a (kubernetes:core/v1:Secret)": { inputs: { data: "[secret]" } } },
            outputs: {},
        };
        assert.ok(!JSON.stringify(judge({ resources: {}, outputs: {} }, secret)).includes("[secret]"));
    });
});
