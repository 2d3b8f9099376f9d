import { containerNeeds, type Need, onPath, python } from "../../rehearsal/debian-packages.ts";

/** What the scanner is installed with. */
export const scanNeeds: readonly Need[] = [python];

/** What the tests with real Airflow run. */
export const airflowTestNeeds: readonly Need[] = [
    { tool: "chromium", packages: ["chromium"], isHere: () => onPath("chromium") },
    ...containerNeeds,
];
