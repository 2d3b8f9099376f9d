import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { noTeam } from "../../../components/task-labels.ts";
import { groupRights } from "../../../operations/chain/people.ts";
import { type TaskChain, taskChains } from "../../../operations/chain/task-chain.ts";
import { stackConfig } from "../../../operations/stack/stack-config.ts";
import { checkout } from "../../../rehearsal/place.ts";
import { ExampleTeamsFile } from "../example-teams.ts";

describe("the chain of a team's tasks, from config", () => {
    let at: ExampleTeamsFile;
    let analytics: TaskChain;
    let billing: TaskChain;
    before(() => {
        at = new ExampleTeamsFile();
        const chains = taskChains(stackConfig("prod", at.file));
        assert.deepEqual(
            chains.map(({ team }) => team),
            ["analytics", "billing"],
        );
        [analytics, billing] = chains as [TaskChain, TaskChain];
    });
    after(() => {
        at.remove();
    });

    it("goes from the repository to the account and the mesh identity", () => {
        assert.deepEqual(analytics.dags, [
            { bundle: "analytics", from: "https://git.example.com/analytics.git at v1, below dags" },
        ]);
        assert.deepEqual(
            [analytics.namespace, analytics.serviceAccount, analytics.meshIdentity],
            [
                "team-analytics",
                "airflow-task",
                "airflow-task.team-analytics.serviceaccount.identity.linkerd.cluster.local",
            ],
        );
    });

    it("says what the role is and what it lets them do", () => {
        assert.equal(analytics.role?.arn, "arn:aws:iam::123456789012:role/airflow-prod-team-analytics-airflow-task");
        assert.deepEqual(analytics.role.may, [
            "write and read task logs in s3://airflow-prod-123456789012-task-logs",
            "read secrets below airflow-prod/teams/analytics/",
            "read s3://example-data/sales",
            "read, write and delete s3://example-data/reports",
            "ReadCatalog: Allow glue:GetTable on *",
        ]);
        // Of its own it has nothing in AWS, but logs and shared secrets.
        assert.deepEqual(billing.role?.may, [
            "write and read task logs in s3://airflow-prod-123456789012-task-logs",
            "read secrets below airflow-prod/tasks/",
        ]);
    });

    it("has the calls and hosts of the team and of no other", () => {
        const to = ({ calls, hosts }: TaskChain) => [...calls, ...hosts].map(({ to: whom }) => whom);
        assert.ok(to(analytics).includes("catalog/catalog"));
        assert.ok(to(analytics).includes("*.example.com"));
        assert.ok(!to(billing).includes("catalog/catalog"));
        assert.ok(!to(billing).includes("*.example.com"));
        assert.deepEqual(
            billing.calls.filter(({ to: whom }) => whom === "airflow/api-server"),
            [
                {
                    to: "airflow/api-server",
                    port: "8080",
                    requests: "/execution/*",
                    reason: "A task reports its state, and asks for connections and variables",
                },
            ],
        );
    });

    it("lists no call twice", () => {
        const keys = analytics.calls.map(({ to, port, requests }) => JSON.stringify([to, port, requests]));
        assert.equal(new Set(keys).size, keys.length);
    });

    it("is one for all tasks of a stack without teams, by the role that the stack makes", () => {
        const [all, ...more] = taskChains(stackConfig("prod.example", join(checkout, "Pulumi.prod.example.yaml")));
        assert.deepEqual(more, []);
        assert.deepEqual([all?.team, all?.namespace, all?.serviceAccount], [noTeam, "airflow-tasks", "airflow-task"]);
        const graph = readFileSync(join(checkout, "test/golden/prod.example.json"), "utf8");
        assert.ok(graph.includes(JSON.stringify(all?.role?.name)));
    });

    it("gives each group the rights of its role, and starts runs to those alone who may", () => {
        const rights = groupRights(stackConfig("prod", at.file));
        assert.deepEqual(
            rights.filter(({ startsRuns }) => startsRuns).map(({ group, team, role }) => [group, team, role]),
            [
                ["analytics-authors", "analytics", "team:analytics:author"],
                ["analytics-leads", "analytics", "team:analytics:operator"],
                ["dag-authors", undefined, "User"],
                ["data-operations", undefined, "Op"],
                ["platform-admins", undefined, "Admin"],
            ],
        );
        assert.deepEqual(
            rights.filter(({ startsRuns }) => !startsRuns).map(({ group }) => group),
            ["analysts", "staff"],
        );
    });
});
