import assert from "node:assert/strict";

import { ProjectFolder } from "../../project.ts";
import { readAirflow, refusesAirflow } from "../../stack-file.ts";

const unread = "is no option that Airflow 3.3.2 reads, nor a provider that the platform uses.";
const wayOut = (what: string) =>
    `Where a plugin or another provider of your image reads it, add ${what} to airflow.unlistedConfig; else remove it.`;

describe("the options of airflow.cfg that a stack sets", () => {
    let project: ProjectFolder;

    beforeEach(() => {
        project = new ProjectFolder();
    });

    afterEach(() => {
        project.remove();
    });

    it("are Airflow's own and those of the platform's providers, by any key, also by way of a secrets backend", () => {
        const { config, secretConfig, chartValues } = readAirflow(
            {
                config: { scheduler: { max_tis_per_query: 8 }, "common.io": { xcom_objectstorage_threshold: 7 } },
                secretConfig: { sentry: { sentry_dsn_secret: "sentry/dsn" } },
                chartValues: { config: { aws: { session_factory: "mine" } } },
            },
            { secret: ["airflow"] },
        );
        assert.equal(config.scheduler?.max_tis_per_query, 8);
        assert.ok(secretConfig.sentry?.sentry_dsn_secret);
        assert.deepEqual(chartValues, { config: { aws: { session_factory: "mine" } } });
    });

    it("are refused where they are misspelt, with the one that was meant and the section that it is in", () => {
        refusesAirflow(
            [
                `config.scheduler.max_tis_per_qurey ${unread} Did you mean scheduler.max_tis_per_query? ${wayOut("scheduler.max_tis_per_qurey")}`,
                `config.scheduler.parsing_procceses ${unread} Did you mean dag_processor.parsing_processes? ${wayOut("scheduler.parsing_procceses")}`,
                `config.emial.from_email ${unread} Did you mean email.from_email? ${wayOut("emial")}`,
            ],
            {
                config: {
                    scheduler: { max_tis_per_qurey: 8, parsing_procceses: 4 },
                    emial: { from_email: "a@example.com" },
                },
            },
        );
    });

    it("are refused where nothing is like them, without a guess", () => {
        refusesAirflow(
            [
                `config.core.colour ${unread} ${wayOut("core.colour")}`,
                `config.warehouse.password_file ${unread} ${wayOut("warehouse")}`,
            ],
            { config: { core: { colour: "blue" }, warehouse: { password_file: "/etc/password" } } },
        );
    });

    it("are checked among secrets and among the chart's values too, and no value is shown", () => {
        refusesAirflow(
            [
                `secretConfig.sentry.sentry_dns ${unread} Did you mean sentry.sentry_dsn? ${wayOut("sentry.sentry_dns")}`,
                `chartValues.config.core.PARALLELISM ${unread} Did you mean core.parallelism? ${wayOut("core.PARALLELISM")}`,
            ],
            {
                secretConfig: { sentry: { sentry_dns: "hunter2" } },
                chartValues: { config: { core: { PARALLELISM: 7 } } },
            },
            { secret: ["airflow"] },
        );
    });

    it("are refused by a name of older Airflows, under which the platform would not know its own", () => {
        refusesAirflow(
            [
                "config.webserver.base_url is an older name: Airflow calls it api.base_url by now. Set it by that name.",
                "config.webserver.page_size is an older name: Airflow calls it api.fallback_page_limit by now. Set it by that name.",
            ],
            {
                config: { webserver: { base_url: "https://other.example.com", page_size: 5 } },
                unlistedConfig: ["webserver"],
            },
        );
    });

    describe("that Airflow does not list", () => {
        it("are taken where the stack says that something else reads them, as a section or one by one", () => {
            const config = { warehouse: { password_file: "/etc/password" }, core: { colour: "blue" } };
            const read = readAirflow({ config, unlistedConfig: ["warehouse", "core.colour"] });
            assert.deepEqual(read.config, config);
            assert.ok(!("unlistedConfig" in read));
        });

        it("are not promised away by it", () => {
            refusesAirflow(
                [
                    'config.core.executor is "Mine": each task runs in a pod of its own: KubernetesExecutor. Leave it out.',
                ],
                { config: { core: { executor: "Mine", colour: "blue" } }, unlistedConfig: ["core.colour"] },
            );
        });

        it("are named for something: an entry that changes nothing would hide the next misspelling", () => {
            refusesAirflow(
                [
                    'unlistedConfig[0] is "core": Airflow 3.3.2 reads it anyway. Remove the entry, or name the option, as section.option.',
                    'unlistedConfig[1] is "core.parallelism": Airflow 3.3.2 reads it anyway. Remove the entry.',
                    'unlistedConfig[2] is "warehouse": no option that the stack sets is meant by it. Write it as the section or the option is written, or remove the entry.',
                ],
                { config: { core: { parallelism: 7 } }, unlistedConfig: ["core", "core.parallelism", "warehouse"] },
            );
        });

        it("have names as airflow.cfg has them", () => {
            refusesAirflow(
                [
                    'unlistedConfig[0] is "My Plugin": it must be a section, or an option as section.option, in lower-case letters, digits and "_". Correct it.',
                ],
                { unlistedConfig: ["My Plugin"] },
            );
        });
    });
});
