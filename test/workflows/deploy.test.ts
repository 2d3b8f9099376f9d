import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { sessionSeconds } from "../../examples/bootstrap/deployer.ts";
import { goldenFile } from "../golden/golden-file.ts";
import { runScript } from "./script.ts";
import { commands, type Job, jobOf, uses, workflow } from "./workflow.ts";

const sha = "c".repeat(40);
const head = "d".repeat(40);
const pull = { number: 4, merged_at: "2026-11-01", merge_commit_sha: sha, head: { sha: head }, user: { login: "ann" } };
const approval = { state: "APPROVED", commit_id: head, user: { login: "bill" } };
const deployments = [
    { id: 3, sha: "3".repeat(40) },
    { id: 2, sha: "2".repeat(40) },
    { id: 1, sha: "1".repeat(40) },
];
const states: Readonly<Record<number, string[]>> = { 3: ["failure"], 2: ["inactive", "success"], 1: ["success"] };

const review = (pulls: unknown[], reviews: unknown[], deployed: unknown[] = deployments) =>
    runScript(
        "deploy",
        "review",
        { ENVIRONMENT: "prod" },
        {
            "repos.listPullRequestsAssociatedWithCommit": pulls,
            "pulls.listReviews": reviews,
            "repos.listDeployments": deployed,
            "repos.listDeploymentStatuses": ({ deployment_id: id }: { deployment_id: number }) =>
                states[id]?.map((state) => ({ state })),
        },
    );

describe("a deployment", () => {
    const job = jobOf("deploy", "deploy");

    it("plans what was approved against what was last deployed to the end", async () => {
        const { failed, outputs, changes } = await review([pull], [approval]);
        assert.equal(failed, undefined);
        assert.deepEqual(outputs, { deployed: "2".repeat(40) });
        assert.deepEqual(changes, []);
    });

    it("is a first one where nothing was deployed", async () => {
        assert.deepEqual(await review([pull], [approval], []), { failed: undefined, outputs: {}, changes: [] });
    });

    const unseen: Readonly<Record<string, [pulls: unknown[], reviews: unknown[]]>> = {
        "that came by no pull request": [[], [approval]],
        "that is not merged": [[{ ...pull, merged_at: null }], [approval]],
        "that is not what the merge made": [[{ ...pull, merge_commit_sha: head }], [approval]],
        "that nobody approved": [[pull], [{ ...approval, state: "COMMENTED" }]],
        "that was approved before its last commit": [[pull], [{ ...approval, commit_id: sha }]],
        "that its own author approved": [[pull], [{ ...approval, user: { login: "ann" } }]],
        "whose approval was taken back": [[pull], [approval, { ...approval, state: "DISMISSED" }]],
        "that somebody else refused": [
            [pull],
            [approval, { ...approval, state: "CHANGES_REQUESTED", user: { login: "c" } }],
        ],
    };
    for (const [what, [pulls, reviews]] of Object.entries(unseen)) {
        it(`is refused of a commit ${what}`, async () => {
            const { failed, outputs } = await review(pulls, reviews);
            assert.match(String(failed), /c{40} is what no approved pull request left behind: have/);
            assert.deepEqual(outputs, {});
        });
    }

    it("counts an approval after which the same reviewer only commented", async () => {
        const { failed } = await review([pull], [approval, { ...approval, state: "COMMENTED", commit_id: sha }]);
        assert.equal(failed, undefined);
    });

    it("waits for its plan, and then for the reviewers of its environment", () => {
        assert.equal(job.needs, "review");
        assert.equal(job.environment, "${{ inputs.environment }}");
        assert.equal(jobOf("deploy", "review").environment, undefined);
    });

    it("is of the commit that was planned, though the branch goes on", () => {
        const refs = [jobOf("deploy", "review"), job].map((each: Job) =>
            uses(each, "actions/checkout")
                .filter((step) => step.with?.repository === undefined)
                .map((step) => step.with?.ref),
        );
        assert.deepEqual(refs, [["${{ github.sha }}"], ["${{ github.sha }}"]]);
    });

    it("refreshes first", () => {
        const all = commands(job);
        assert.match(all, /pulumi refresh --stack "\$STACK" --yes[^]*pulumi up --stack "\$STACK" --yes/);
    });

    it("is the only one of its environment, and is not stopped half-way", () => {
        assert.deepEqual(workflow("deploy").concurrency, {
            group: "deploy-${{ github.repository }}-${{ inputs.environment }}",
            "cancel-in-progress": false,
        });
    });

    it("ends before its session, which outlives the longest step and is what the role gives", () => {
        const [credentials] = uses(job, "aws-actions/configure-aws-credentials");
        const session = Number(credentials?.with?.["role-duration-seconds"]);
        assert.equal(session, sessionSeconds);
        assert.ok(Number(job["timeout-minutes"]) * 60 < session);
        const graph = JSON.parse(readFileSync(goldenFile("prod.example"), "utf8")) as {
            resources: Record<string, { timeouts?: Record<string, number> }>;
        };
        const steps = Object.values(graph.resources).flatMap(({ timeouts }) => Object.values(timeouts ?? {}));
        assert.ok(Math.max(...steps) > 3600);
        assert.ok(Math.max(...steps) < session);
    });
});
