// Writes the list of Airflow's options by which a stack's are checked: `node rehearsal/airflow/write-options.ts`.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { defaultAirflowVersion } from "../../components/airflow/airflow-image.ts";
import { checkout } from "../place.ts";
import { airflowInstallation } from "./installation.ts";
import { installedOptions } from "./installed-options.ts";

const installation = await airflowInstallation(defaultAirflowVersion, console.log);
const file = "components/airflow/settings/options/airflow-options.json";
await writeFile(join(checkout, file), `${JSON.stringify(await installedOptions(installation), undefined, 4)}\n`);
console.log(`${file}: the options of Airflow ${defaultAirflowVersion} and its providers`);
