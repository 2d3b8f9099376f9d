// Loads the files of tests that it is told and runs none of them: prints the attacks in them as JSON.
import { relative } from "node:path";

import Mocha from "mocha";

import { checkout } from "../../rehearsal/place.ts";
import { attackSuites } from "../support/attacks/attacks.ts";

const mocha = new Mocha();
for (const file of process.argv.slice(2)) {
    mocha.addFile(file);
}
await mocha.loadFilesAsync();
console.log(
    JSON.stringify(
        attackSuites.flatMap(({ suite, attacks }) =>
            attacks.map((attack) => ({ ...attack, file: relative(checkout, suite.file ?? "") })),
        ),
    ),
);
