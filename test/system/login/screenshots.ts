// node test/system/login/screenshots.ts writes the pictures of the README, from the dev stack as `make up` leaves it.
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { airflowDoor } from "../../../rehearsal/entrance/airflow-door.ts";
import { checkout, place } from "../../../rehearsal/place.ts";
import { shownCertificate, startBrowser, Visitor } from "./browser.ts";

const folder = join(checkout, "docs", "images");
mkdirSync(folder, { recursive: true });

const door = await airflowDoor(place());
if (door === undefined) {
    throw new Error("nothing runs here: `make up` starts it");
}
const { address, authorityFile } = door;
const browser = await startBrowser(
    join(place().cluster, "certificates", "identity-provider.crt"),
    ...(authorityFile === undefined ? [] : [await shownCertificate(address, authorityFile)]),
);
try {
    const ada = await Visitor.open(browser, address);
    await ada.goToPersonas();
    await ada.page.screenshot({ path: join(folder, "login.png") });
    await ada.logIn("Ada Admin");
    await ada.page.getByText("Triggerer").first().waitFor();
    await ada.page.waitForFunction('document.querySelector("[class*=skeleton]") === null');
    await ada.page.screenshot({ path: join(folder, "airflow.png") });
} finally {
    await browser.close();
}
