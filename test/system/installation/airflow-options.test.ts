import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { defaultAirflowVersion } from "../../../components/airflow/airflow-image.ts";
import { airflowInstallation } from "../../../rehearsal/airflow/installation.ts";
import { installedOptions } from "../../../rehearsal/airflow/installed-options.ts";
import { checkout } from "../../../rehearsal/place.ts";

describe("The list of Airflow's options", () => {
    it("is what the installed Airflow and its providers say", async () => {
        const file = "components/airflow/settings/options/airflow-options.json";
        const listed = JSON.parse(readFileSync(join(checkout, file), "utf8")) as unknown;
        const installed = await installedOptions(await airflowInstallation(defaultAirflowVersion, console.log));
        assert.deepEqual(listed, installed, `write ${file} anew with node rehearsal/airflow/write-options.ts`);
    });
});
