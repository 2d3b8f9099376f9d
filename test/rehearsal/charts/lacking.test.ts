import assert from "node:assert/strict";
import { join } from "node:path";

import { lackingValues } from "../../../rehearsal/charts/lacking.ts";
import { checkout } from "../../../rehearsal/place.ts";
import { problems } from "../../../rehearsal/providers/helm/inputs.ts";
import { values } from "./values.ts";

describe("what the stand-in for Airflow's chart lacks", () => {
    it("is nothing of what the program sends", () => {
        assert.deepEqual(lackingValues(values.airflow ?? {}), []);
    });

    it("is found at any depth, and is no value that the official chart lacks too", () => {
        const asked = {
            quotas: { pods: 3 },
            scheduler: { waitForMigrations: { enabled: false, securityContexts: {} }, replicas: 2, replica: 2 },
            nonsense: true,
        };
        assert.deepEqual(lackingValues(asked), ["quotas", "scheduler.waitForMigrations.securityContexts"]);
    });

    it("is said of a release before it is made, and only of the stand-in's", () => {
        const properties = (chart: string) =>
            problems({ chart, values: { quotas: { pods: 3 }, scheduler: { replicas: 2 } } }, checkout)
                .filter(({ property }) => property !== "chart")
                .map(({ property, reason }) => `${property}: ${reason}`);
        assert.deepEqual(properties("rehearsal/charts/airflow-1.22.0.tgz"), [
            "values.quotas: the rehearsal's stand-in for Airflow's chart lacks it, while the official chart takes it: leave " +
                "it out of a stack that is rehearsed, or point charts.mirror at a folder with the official chart",
        ]);
        assert.deepEqual(properties(join("mirror", "airflow-1.22.0.tgz")), []);
        assert.deepEqual(properties("rehearsal/charts/linkerd-viz-2026.8.3.tgz"), []);
    });
});
