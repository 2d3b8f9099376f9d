import { writeFileSync } from "node:fs";

import mocha from "mocha";

import { withoutSecrets } from "../../../rehearsal/library-error.ts";

/**
 * Mocha's own `spec` output, and the counts in a file for the summary of the whole run. Errors are told without what a
 * library may have put into them, such as the cookies of a browser's request.
 */
export default class CountingReporter extends mocha.reporters.Spec {
    constructor(runner: mocha.Runner, options: mocha.MochaOptions) {
        super(runner, options);
        const { counts } = options.reporterOptions as { counts: string };
        runner.on(mocha.Runner.constants.EVENT_TEST_FAIL, (_test: mocha.Test, error: Error) => {
            error.message = withoutSecrets(error.message);
            error.stack = error.stack === undefined ? error.stack : withoutSecrets(error.stack);
        });
        runner.once(mocha.Runner.constants.EVENT_RUN_END, () => {
            const { passes, failures, pending } = this.stats;
            writeFileSync(counts, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
        });
    }
}
