import assert from "node:assert/strict";

import { defaultRetention, logGroomerValues } from "../../../components/airflow/retention.ts";

describe("retention", () => {
    it("keeps the logs of every component that has a disk for them as long as the stack says", () => {
        const values = logGroomerValues({ ...defaultRetention, componentLogsDays: 3 }) as Record<
            string,
            { logGroomerSidecar: { enabled: boolean; retentionDays: number } }
        >;
        assert.deepEqual(Object.keys(values), ["scheduler", "dagProcessor", "triggerer"]);
        for (const [component, { logGroomerSidecar }] of Object.entries(values)) {
            assert.equal(logGroomerSidecar.enabled, true, component);
            assert.equal(logGroomerSidecar.retentionDays, 3, component);
        }
    });
});
