import assert from "node:assert/strict";

import { ApiRefusal } from "../../../rehearsal/dag/airflow-api.ts";
import { firstRead } from "../../../rehearsal/dag/first-read.ts";

describe("the first reading of DAG files", () => {
    /** What Airflow lists, moment by moment; the last goes on. */
    async function waited(moments: (string[] | number)[], patienceMs = 10_000) {
        const told: string[] = [];
        let asked = 0;
        const dagIds = () => {
            const now = moments[Math.min(asked++, moments.length - 1)] ?? [];
            return typeof now === "number"
                ? Promise.reject(new ApiRefusal("GET /dags", now, "no"))
                : Promise.resolve(now);
        };
        await firstRead({ dagIds }, (line) => told.push(line), { patienceMs, pollMs: 1 });
        return { told, asked };
    }

    it("is not waited for once there is a DAG, nor for who may not list any", async () => {
        assert.deepEqual(await waited([["values"]]), { told: [], asked: 1 });
        assert.deepEqual(await waited([403]), { told: [], asked: 1 });
    });

    it("is waited for, with a word, until no more DAGs come", async () => {
        const { told, asked } = await waited([[], [], ["values"], ["values", "flaky"], ["values", "flaky"], []]);
        assert.equal(told.length, 1);
        assert.equal(asked, 5);
    });

    it("is given up in the end, and at once where Airflow fails", async () => {
        assert.ok((await waited([[]], 20)).asked > 1);
        await assert.rejects(waited([500]), ApiRefusal);
    });
});
