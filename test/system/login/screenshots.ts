// node test/system/login/screenshots.ts writes the pictures of the README, from the dev stack as `make up` leaves it.
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { addressOf, readPorts } from "../../../rehearsal/cluster/ports.ts";
import { checkout, place } from "../../../rehearsal/place.ts";
import { startBrowser, Visitor } from "./browser.ts";

const folder = join(checkout, "docs", "images");
mkdirSync(folder, { recursive: true });

const { airflow } = readPorts(place());
if (airflow === undefined) {
    throw new Error("nothing runs here: `make up` starts it");
}
const browser = await startBrowser(join(place().cluster, "certificates", "identity-provider.crt"));
try {
    const ada = await Visitor.open(browser, addressOf(airflow));
    await ada.goToPersonas();
    await ada.page.screenshot({ path: join(folder, "login.png") });
    await ada.logIn("Ada Admin");
    await ada.page.getByText("Triggerer").first().waitFor();
    await ada.page.waitForFunction('document.querySelector("[class*=skeleton]") === null');
    await ada.page.screenshot({ path: join(folder, "airflow.png") });
} finally {
    await browser.close();
}
