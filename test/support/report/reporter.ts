import { writeFileSync } from "node:fs";

import mocha from "mocha";

/** Mocha's own `spec` output, and the counts in a file for the summary of the whole run. */
export default class CountingReporter extends mocha.reporters.Spec {
    constructor(runner: mocha.Runner, options: mocha.MochaOptions) {
        super(runner, options);
        const { counts } = options.reporterOptions as { counts: string };
        runner.once(mocha.Runner.constants.EVENT_RUN_END, () => {
            const { passes, failures, pending } = this.stats;
            writeFileSync(counts, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
        });
    }
}
