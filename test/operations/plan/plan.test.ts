import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
    copyFileSync,
    cpSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { type Finding } from "../../../operations/plan/judgement.ts";
import { planAgainst, planSince, type StackPlan } from "../../../operations/plan/plan.ts";
import { checkout } from "../../../rehearsal/place.ts";

const rulesOf = ({ findings }: StackPlan): string[] => [...new Set(findings.map(({ rule }) => rule))];
const textsOf = ({ findings }: StackPlan, rule: string): string[] =>
    findings.filter((finding: Finding) => finding.rule === rule).map(({ text }) => text);

describe("a plan since a revision", function () {
    this.timeout(300_000);

    let repository: string;
    const git = (...args: string[]) =>
        execFileSync("git", ["-C", repository, "-c", "user.name=t", "-c", "user.email=t@example.com", ...args]);
    const change = (file: string, from: string, to: string): void => {
        const text = readFileSync(join(repository, file), "utf8");
        assert.ok(text.includes(from), `${file} has no ${from}`);
        writeFileSync(join(repository, file), text.replace(from, to));
    };

    before(() => {
        // What is here now, whether it is committed or not.
        repository = mkdtempSync(join(tmpdir(), "airflow-linkerd-plan-since-"));
        const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
            cwd: checkout,
            encoding: "utf8",
            maxBuffer: 64 * 1024 * 1024,
        });
        for (const file of files.split("\0").filter((name) => name !== "" && !name.startsWith("test/"))) {
            mkdirSync(dirname(join(repository, file)), { recursive: true });
            cpSync(join(checkout, file), join(repository, file));
        }
        symlinkSync(join(checkout, "node_modules"), join(repository, "node_modules"));
        writeFileSync(join(repository, ".gitignore"), "node_modules\n");
        git("init", "--quiet");
        git("add", "--all");
        git("commit", "--quiet", "-m", "before");
    });

    after(() => {
        rmSync(repository, { recursive: true });
    });

    it("tells what the program and its config want otherwise, and what a new stack brings", async () => {
        change("Pulumi.dev.yaml", "      launchPods: true", "      launchPods: false");
        change("Pulumi.dev.yaml", "          port: 8080", "          port: 8081");
        change(
            "components/airflow/jobs/database-cleanup.ts",
            'concurrencyPolicy: "Forbid"',
            'concurrencyPolicy: "Replace"',
        );
        copyFileSync(join(repository, "Pulumi.dev.yaml"), join(repository, "Pulumi.dev-new.yaml"));
        const { verdict, stacks } = await planSince(repository, "HEAD", ["dev", "dev-new"]);
        const [dev, added] = stacks as [StackPlan, StackPlan];

        assert.equal(dev.comparedWith, "HEAD");
        assert.equal(dev.verdict, "review");
        assert.ok(rulesOf(dev).includes("network-wider"), rulesOf(dev).join(", "));
        assert.ok(rulesOf(dev).includes("network-narrower"));
        assert.ok(rulesOf(dev).includes("cluster-narrower"));
        assert.deepEqual(
            textsOf(dev, "unexplained").filter((text) => text.includes("concurrencyPolicy")),
            ["inputs.spec.concurrencyPolicy: Forbid → Replace"],
        );
        assert.deepEqual(
            textsOf(dev, "created").filter((text) => text.includes("Deployment")),
            [],
        );

        // A stack that the base has not comes as a whole.
        assert.ok(textsOf(added, "team-added").length === 2, rulesOf(added).join(", "));
        assert.ok(textsOf(added, "created").length > 100);
        assert.ok(!rulesOf(added).includes("deleted"));
        assert.ok([dev, added].some((each) => each.verdict === verdict));
    });

    it("is refused for a stack that neither side has", async () => {
        await assert.rejects(
            planSince(repository, "HEAD", ["nowhere"]),
            /stack nowhere has no file Pulumi\.nowhere\.yaml/,
        );
    });
});

describe("a plan of one stack against another", function () {
    this.timeout(300_000);

    it("tells what staging has otherwise than production: names, sizes, and how long things are kept", async () => {
        const { verdict, stacks } = await planAgainst(checkout, "staging.example", "prod.example");
        const [plan, ...others] = stacks as [StackPlan];
        assert.deepEqual(others, []);
        assert.equal(plan.comparedWith, "the stack prod.example");
        // Kept for less long than in production, as it may be there.
        assert.equal(verdict, "danger");
        assert.ok(textsOf(plan, "retention-shorter").some((text) => text.endsWith("kept 14 before, 7 now")));
        assert.ok(textsOf(plan, "maintenance").some((text) => text.includes("instanceTypes")));
        assert.deepEqual(textsOf(plan, "team-added"), []);
        // A bucket of production's name is refused to nobody here, because it is another stack's.
        const less = textsOf(plan, "refuses-less");
        assert.deepEqual(
            less.filter((text) => !text.includes("arn:aws:s3:::airflow-prod-")),
            [],
        );
        assert.deepEqual(textsOf(plan, "iam-wildcard"), []);
    });

    it("is refused for a stack without a file", async () => {
        await assert.rejects(planAgainst(checkout, "prod.example", "nowhere"), /stack nowhere has no file/);
    });
});
