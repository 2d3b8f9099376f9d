import assert from "node:assert/strict";

import { ApiRefusal } from "../../../rehearsal/dag/airflow-api.ts";
import { changeLine, endLine, forbidden, logTail, unknownDag } from "../../../rehearsal/dag/lines.ts";

describe("what npm run dag says", () => {
    it("of a task that went on", () => {
        assert.equal(
            changeLine({ task: "weigh[2]", state: "running", attempt: 1 }, 4.21),
            "    4.2 s  weigh[2]              running",
        );
        assert.equal(
            changeLine({ task: "deliver", state: "up_for_retry", attempt: 2 }, 61),
            "   61.0 s  deliver               up for retry (try 2)",
        );
    });

    it("of a log, its end with the cause and without Airflow's own folding", () => {
        const lines = Array.from({ length: 30 }, (_, line) => ({ event: `line ${line}`, level: "info" }));
        const tail = logTail([
            { event: "::group::Pre Execute" },
            ...lines,
            {
                event: "Task failed with exception",
                level: "error",
                error_detail: [{ exc_type: "ConnectionError", exc_value: "the supplier is not ready" }],
            },
            { event: "::endgroup::" },
        ]);
        assert.equal(tail.length, 20);
        assert.deepEqual(tail.slice(-3), [
            "line 29",
            "ERROR Task failed with exception",
            "    ConnectionError: the supplier is not ready",
        ]);
    });

    it("of a run that ended: which tasks failed it, and when it was none", () => {
        const task = (task_id: string, state: string, map_index = -1) => ({
            task_id,
            map_index,
            state,
            try_number: 1,
            hostname: null,
        });
        const run = (state: string) => ({ dag_run_id: "one", state });
        const good = task("give", "success");
        assert.equal(endLine("mapped", { run: run("success"), tasks: [good] }, 4.21), "mapped: success after 4.2 s");
        const weighed = Array.from({ length: 7 }, (_, index) => task("weigh", "failed", index));
        assert.equal(
            endLine("mapped", { run: run("failed"), tasks: [good, task("load", "failed")] }, 4.21),
            "mapped: failed after 4.2 s, because of load",
        );
        assert.equal(
            endLine("mapped", { run: run("failed"), tasks: weighed }, 4.21),
            "mapped: failed after 4.2 s, because of weigh[0], weigh[1], weigh[2], weigh[3], weigh[4] and 2 more",
        );
        assert.equal(
            endLine("mapped", { run: run("failed"), tasks: [good] }, 4.21),
            "mapped: failed after 4.2 s, though no task failed: its time was up, or somebody marked it",
        );
    });

    it("of a DAG that there is not: which there are, which was meant, and which file gave none", () => {
        assert.equal(
            unknownDag("vlues", ["values", "mapped"], []),
            '"vlues" is no DAG of this Airflow; there are mapped, values. Did you mean values?',
        );
        assert.equal(
            unknownDag("broken", [], [{ file: "broken.py", problem: "SyntaxError: invalid syntax" }]),
            '"broken" is no DAG of this Airflow; there are none.\n' +
                "broken.py gives none, because of an error: SyntaxError: invalid syntax",
        );
    });

    it("of a person without the right: what Airflow answered, and whom to ask", () => {
        const refusal = new ApiRefusal("POST /api/v2/dags/values/dagRuns", 403, "Forbidden");
        assert.equal(
            forbidden("Vera Viewer", "run values", refusal, "the platform team"),
            "Vera Viewer may not run values. Airflow answered 403 to POST /api/v2/dags/values/dagRuns: Forbidden. " +
                "Ask the platform team for a role that may, or be somebody who has one with --as.",
        );
        assert.match(forbidden("Vera Viewer", "run values", refusal, undefined), /Ask for a role that may, or be/);
    });
});
