import assert from "node:assert/strict";

import { unknownKeys, unpacked } from "../../../../components/airflow/chart-values/chart-keys.ts";
import { officialKeys } from "../../../../components/airflow/chart-values/official-keys.ts";

describe("the keys of a chart", () => {
    it("are unpacked with what is below them", () => {
        assert.deepEqual(unpacked("one two*\n  three(four five(six*) seven) eight"), {
            one: "value",
            two: "map",
            three: { four: "value", five: { six: "map" }, seven: "value" },
            eight: "value",
        });
    });

    it("are those of the official chart at any depth", () => {
        const { scheduler, pgbouncer, config, postgresql, ...others } = officialKeys;
        assert.ok(typeof scheduler === "object" && typeof pgbouncer === "object");
        assert.deepEqual(scheduler.livenessProbe, {
            initialDelaySeconds: "value",
            timeoutSeconds: "value",
            failureThreshold: "value",
            periodSeconds: "value",
            command: "value",
        });
        assert.equal(scheduler.nodeSelector, "map");
        assert.equal(pgbouncer.terminationGracePeriodSeconds, undefined);
        assert.equal(config, "map");
        assert.equal(postgresql, "map");
        assert.equal(Object.keys(others).length, 79);
    });

    it("find what the chart would pass over, at its depth and with what there is in its place", () => {
        const keys = unpacked("scheduler(replicas nodeSelector*) env");
        const asked = { scheduler: { replica: 2, nodeSelector: { disk: "ssd" } }, evn: [], env: [] };
        assert.deepEqual(unknownKeys(asked, keys), [
            { path: ["scheduler", "replica"], value: 2, known: ["replicas", "nodeSelector"] },
            { path: ["evn"], value: [], known: ["scheduler", "env"] },
        ]);
    });

    it("hold nothing that every object has by itself", () => {
        assert.deepEqual(
            unknownKeys({ toString: 1, constructor: {} }, officialKeys).map(({ path }) => path),
            [["toString"], ["constructor"]],
        );
    });
});
