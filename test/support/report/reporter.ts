import { writeFileSync } from "node:fs";
import { relative } from "node:path";

import mocha from "mocha";

import { withoutSecrets } from "../../../components/secrecy/without-secrets.ts";
import { checkout } from "../../../rehearsal/place.ts";
import { slowest, type Timed } from "./slowest.ts";
import { type Failed, type Report } from "./summary.ts";

/** As many of each runner, so that the slowest of all are among them. */
const most = 10;

/** Characters of an error that the summary repeats. */
const longestError = 300;

/**
 * Mocha's own `spec` output, and a report in a file for the summary of the whole run. Errors are told without what a
 * library may have put into them, such as the cookies of a browser's request.
 */
export default class ReportingReporter extends mocha.reporters.Spec {
    constructor(runner: mocha.Runner, options: mocha.MochaOptions) {
        super(runner, options);
        const { report } = options.reporterOptions as { report: string };
        const timed: Timed[] = [];
        const failed: Failed[] = [];
        const time = (runnable: mocha.Runnable) => {
            const { file = "", duration: ms = 0 } = runnable;
            timed.push({ title: runnable.fullTitle(), file: relative(checkout, file), ms });
        };
        const { EVENT_TEST_END, EVENT_TEST_FAIL, EVENT_HOOK_END, EVENT_RUN_END } = mocha.Runner.constants;
        runner.on(EVENT_TEST_FAIL, (test: mocha.Runnable, error: Error) => {
            error.message = withoutSecrets(error.message);
            error.stack = error.stack === undefined ? error.stack : withoutSecrets(error.stack);
            const inShort = error.message.replace(/\s+/g, " ").slice(0, longestError);
            failed.push({ title: test.fullTitle(), file: relative(checkout, test.file ?? ""), error: inShort });
            // The whole comes at the end, which in a long run is late.
            console.log(`      ${inShort}`);
        });
        runner.on(EVENT_TEST_END, time);
        // Where tests share something that takes long to make, it is made in a hook.
        runner.on(EVENT_HOOK_END, time);
        runner.once(EVENT_RUN_END, () => {
            const { passes, failures, pending } = this.stats;
            const counts = { passed: passes, failed: failures, skipped: pending };
            writeFileSync(report, JSON.stringify({ counts, failed, slowest: slowest(timed, most) } satisfies Report));
        });
    }
}
