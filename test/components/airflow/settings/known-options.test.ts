import assert from "node:assert/strict";

import { airflowValues } from "../../../../components/airflow/airflow-values.ts";
import { chartValueProblems } from "../../../../components/airflow/chart-values/chart-value-problems.ts";
import { overruledValues } from "../../../../components/airflow/chart-values/overruled-values.ts";
import { isKnown, knownOptions, presentName } from "../../../../components/airflow/settings/options/known-options.ts";
import { airflowSettings } from "../airflow-settings.ts";

const known = knownOptions();

/** The platform's own, which its executor reads. */
const ownSection = "task_starts";

describe("the options that Airflow is known to read", () => {
    it("are those of Airflow and of the providers that the platform uses", () => {
        for (const [section, option] of [
            ["core", "parallelism"],
            ["kubernetes_executor", "worker_pods_creation_batch_size"],
            ["fab", "cookie_secure"],
            ["aws", "session_factory"],
            ["common.io", "xcom_objectstorage_path"],
        ] as const) {
            assert.ok(isKnown(known, section, option), `${section}.${option}`);
        }
        assert.ok(!isKnown(known, "core", "colour"));
        assert.ok(!isKnown(known, "colour", "parallelism"));
    });

    it("may be given by a command or a secrets backend where they are secrets, and no others", () => {
        assert.ok(isKnown(known, "sentry", "sentry_dsn_cmd"));
        assert.ok(isKnown(known, "sentry", "sentry_dsn_secret"));
        assert.ok(!isKnown(known, "core", "parallelism_cmd"));
    });

    it("are found by the names that older Airflows had for them, also where there were two", () => {
        assert.equal(presentName(known, "webserver", "base_url"), "api.base_url");
        assert.equal(presentName(known, "webserver", "page_size"), "api.fallback_page_limit");
        assert.equal(presentName(known, "api", "base_url"), undefined);
        for (const name of known.renamed.keys()) {
            const [section = "", option = ""] = name.split(".");
            assert.ok(!isKnown(known, section, option), `${name} has two meanings`);
        }
    });

    it("have among them all that the platform sets itself", () => {
        const { config } = airflowValues({ ...airflowSettings, logFolder: "s3://logs" });
        const set = Object.entries(config as Record<string, Record<string, unknown>>).flatMap(([section, options]) =>
            Object.keys(options).map((option) => [section, option] as const),
        );
        assert.ok(set.length > 10);
        assert.deepEqual(
            set.filter(([section, option]) => section !== ownSection && !isKnown(known, section, option)),
            [],
        );
    });

    it("have among them all that the platform refuses, but for what only Airflow 2 read", () => {
        const ofAirflow2 = ["config.smtp.smtp_user", "config.smtp.smtp_password"];
        const refused = Object.keys(overruledValues).filter((path) => /^config\./.test(path));
        assert.ok(refused.length > 30);
        const unknown = refused.filter((path) => {
            const [, section = "", option] = path.split(".");
            return option === undefined ? !known.sections.has(section) : !isKnown(known, section, option);
        });
        assert.deepEqual(unknown.sort(), [...ofAirflow2, `config.${ownSection}`].sort());
        assert.equal(chartValueProblems({ config: { smtp: { smtp_user: "a" } } }).length, 1);
    });
});
