import assert from "node:assert/strict";

import { type LogEvent, type TaskInstance } from "../../../rehearsal/dag/airflow-api.ts";
import { StartReasons } from "../../../rehearsal/dag/start-reasons.ts";

const task = (task_id: string, state: string, map_index = -1): TaskInstance => ({
    task_id,
    map_index,
    state,
    try_number: 1,
    hostname: null,
});

describe("why tasks wait", () => {
    const room: LogEvent = { event: "The task's pod: there is no room", logger: "task_starts", level: "error" };
    const own: LogEvent = { event: "of the task itself", level: "info" };

    /** What is told of tasks that are looked at each second, and how often Airflow is asked. */
    async function watched(tasks: readonly TaskInstance[], seconds: number, log: readonly LogEvent[]) {
        const told: string[] = [];
        let [now, asked] = [0, 0];
        const reasons = new StartReasons(
            () => {
                asked += 1;
                return Promise.resolve(log);
            },
            (line) => told.push(line),
            () => now,
        );
        for (; now <= seconds * 1000; now += 1000) {
            await reasons.look(tasks);
        }
        return { told, asked };
    }

    it("is told once, after ten seconds, of what the platform says and not of the task's own lines", async () => {
        const tasks = [task("give", "queued"), task("double", "running")];
        assert.deepEqual(await watched(tasks, 9, [room]), { told: [], asked: 0 });
        assert.deepEqual(await watched(tasks, 35, [room, own]), {
            told: ["give waits. The task's pod: there is no room"],
            asked: 3,
        });
    });

    it("is asked of three at once, however many wait", async () => {
        const tasks = Array.from({ length: 50 }, (_, index) => task("weigh", "queued", index));
        assert.equal((await watched(tasks, 10, [])).asked, 3);
    });
});
