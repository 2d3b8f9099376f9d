import assert from "node:assert/strict";

import { AirflowApi, type DagRun, type TaskInstance } from "../../../rehearsal/dag/airflow-api.ts";
import { follow } from "../../../rehearsal/dag/follow.ts";
import { type Answer, textOf } from "../../../rehearsal/dag/session.ts";
import { TaskChanges } from "../../../rehearsal/dag/task-changes.ts";

const instance = (task: string, state: string | null, more: Partial<TaskInstance> = {}): TaskInstance => ({
    task_id: task,
    map_index: -1,
    state,
    try_number: 1,
    hostname: null,
    ...more,
});

describe("the changes of a run's tasks", () => {
    it("are told once each, from the moment that the scheduler looked at the task", () => {
        const changes = new TaskChanges();
        assert.deepEqual(changes.since([instance("give", null)]), []);
        assert.deepEqual(changes.since([instance("give", "queued")]), [{ task: "give", state: "queued", attempt: 1 }]);
        assert.deepEqual(changes.since([instance("give", "queued")]), []);
    });

    it("tell tries and the instances of a mapped task apart", () => {
        const changes = new TaskChanges();
        changes.since([instance("weigh", "running", { map_index: 0 })]);
        assert.deepEqual(
            changes.since([
                instance("weigh", "running", { map_index: 0, try_number: 2 }),
                instance("weigh", "running", { map_index: 1 }),
            ]),
            [
                { task: "weigh[0]", state: "running", attempt: 2 },
                { task: "weigh[1]", state: "running", attempt: 1 },
            ],
        );
    });
});

/** Airflow at one moment: a run's state and its task's, an error page, or nobody who answers. */
type Moment = { run: DagRun["state"]; task: string } | number | Error;

describe("following a run", () => {
    async function followed(moments: Moment[]) {
        const told: string[] = [];
        const asked: string[] = [];
        let now: Moment = new Error("no moment yet");
        const ask = (_method: string, path: string): Promise<Answer> => {
            asked.push(path);
            const isRun = path.endsWith("/dagRuns/first%20run");
            now = isRun ? (moments.shift() ?? new Error("asked after the end")) : now;
            if (now instanceof Error) {
                return Promise.reject(now);
            }
            if (typeof now === "number") {
                return Promise.resolve({ status: now, body: { detail: "not now" } });
            }
            const tasks = { task_instances: [instance("give", now.task)], total_entries: 1 };
            return Promise.resolve({ status: 200, body: isRun ? { dag_run_id: "first run", state: now.run } : tasks });
        };
        const result = await follow(new AirflowApi({ ask }), "values", "first run", {
            changed: ({ task, state }) => told.push(`${task} ${state}`),
            silent: (reason) => told.push(`silent: ${reason}`),
        });
        return { ...result, told, asked };
    }

    it("tells each change up to the last, and ends with the run", async () => {
        const { run, tasks, told } = await followed([
            { run: "running", task: "queued" },
            { run: "running", task: "running" },
            { run: "failed", task: "failed" },
        ]);
        assert.equal(run.state, "failed");
        assert.deepEqual(tasks, [instance("give", "failed")]);
        assert.deepEqual(told, ["give queued", "give running", "give failed"]);
    });

    it("goes on after a time without an answer, and says so once", async () => {
        const { told } = await followed([
            { run: "running", task: "running" },
            new Error("connection refused"),
            502,
            { run: "success", task: "success" },
        ]);
        assert.deepEqual(told, ["give running", "silent: connection refused", "give success"]);
    });

    it("ends when Airflow refuses to tell", async () => {
        await assert.rejects(
            followed([403]),
            /^Error: Airflow answered 403 to GET \/api\/v2\/dags\/values\/dagRuns\/first%20run: not now$/,
        );
    });
});

describe("the tasks of a run", () => {
    it("are all there, though Airflow gives a hundred at once", async () => {
        const all = Array.from({ length: 250 }, (_, map_index) => instance("weigh", "success", { map_index }));
        const asked: string[] = [];
        const ask = (_method: string, path: string): Promise<Answer> => {
            asked.push(path);
            const query = new URL(path, "http://airflow").searchParams;
            const [limit, offset] = [Number(query.get("limit")), Number(query.get("offset"))];
            const task_instances = all.slice(offset, offset + Math.min(limit, 100));
            return Promise.resolve({ status: 200, body: { task_instances, total_entries: all.length } });
        };
        assert.deepEqual(await new AirflowApi({ ask }).taskInstances("mapped", "one"), all);
        assert.equal(asked.length, 3);
    });
});

describe("a page's text", () => {
    it("is what a person would read", () => {
        assert.equal(
            textOf(
                "<html><title>No</title><style>b { x }</style><h1>No access</h1>\n<p>Ask us.</p><p><a href=x>Back</a></p>",
            ),
            "No access. Ask us.",
        );
    });
});
