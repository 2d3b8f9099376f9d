import { basename, dirname, join } from "node:path";

import { unknownKeys } from "../../components/airflow/chart-values/chart-keys.ts";
import { officialKeys } from "../../components/airflow/chart-values/official-keys.ts";
import { type ChartValues } from "../../components/chart-values.ts";
import { checkout } from "../place.ts";
import { acceptedKeys } from "./accepted-keys.ts";

/** Whether a chart's archive is our stand-in for Airflow's chart, and not the official one in another mirror. */
export function standsInForAirflow(file: string): boolean {
    return dirname(file) === join(checkout, "rehearsal/charts") && /^airflow-\d/.test(basename(file));
}

/** Paths of values that the official chart takes and the stand-in does not. */
export function lackingValues(values: ChartValues): string[] {
    const nobodys = new Set(unknownKeys(values, officialKeys).map(({ path }) => path.join(".")));
    return unknownKeys(values, acceptedKeys("airflow"))
        .map(({ path }) => path.join("."))
        .filter((path) => !nobodys.has(path));
}
