// node test/login/screenshots.ts writes the pictures of the README.
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { checkout } from "../../rehearsal/place.ts";
import { startBrowser, Visitor } from "./browser.ts";
import { startRealAirflow } from "./real-airflow.ts";

const folder = join(checkout, "docs", "images");
mkdirSync(folder, { recursive: true });

const airflow = await startRealAirflow();
const browser = await startBrowser();
try {
    const ada = await Visitor.open(browser, airflow.url);
    await ada.goToPersonas();
    await ada.page.screenshot({ path: join(folder, "login.png") });
    await ada.logIn("Ada Admin");
    await ada.page.getByText("Welcome").first().waitFor();
    // The page fills itself with the health of each part.
    await ada.page.waitForLoadState("networkidle");
    await ada.page.screenshot({ path: join(folder, "airflow.png") });
} finally {
    await browser.close();
    await airflow.stop();
}
