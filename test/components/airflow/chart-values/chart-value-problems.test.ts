import assert from "node:assert/strict";

import { officialImage } from "../../../../components/airflow/airflow-image.ts";
import { airflowValues } from "../../../../components/airflow/airflow-values.ts";
import { type ChartKeys } from "../../../../components/airflow/chart-values/chart-keys.ts";
import { chartValueProblems } from "../../../../components/airflow/chart-values/chart-value-problems.ts";
import { officialKeys } from "../../../../components/airflow/chart-values/official-keys.ts";
import { overruledValues, secretValues } from "../../../../components/airflow/chart-values/overruled-values.ts";
import { Fate, topLevelValues } from "../../../../components/airflow/chart-values/top-level-values.ts";
import { type ChartValues, layered } from "../../../../components/chart-values.ts";
import { loginValues } from "../../../../components/identity/login-values.ts";
import { executorValues } from "../../../../components/teams/executor/team-executor-values.ts";
import { pathText, problemText } from "../../../../components/problem.ts";
import { airflowSettings } from "../airflow-settings.ts";

function refused(values: ChartValues): string[] {
    return chartValueProblems(values).map(({ path }) => pathText(path));
}

/** A value at a path. */
function at(path: readonly string[], value: unknown): ChartValues {
    return path.reduceRight<unknown>((below, key) => ({ [key]: below }), value) as ChartValues;
}

function known(path: readonly string[]): boolean {
    let keys: ChartKeys[string] | undefined = officialKeys;
    for (const key of path) {
        if (keys === "map") {
            return true;
        }
        keys = typeof keys === "object" && Object.hasOwn(keys, key) ? keys[key] : undefined;
    }
    return keys !== undefined;
}

/** Paths of what values say, lists as a whole. */
function leaves(value: unknown, above: readonly string[] = []): string[][] {
    return typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.entries(value).flatMap(([key, below]) => leaves(below, [...above, key]))
        : [[...above]];
}

describe("what becomes of a value of Airflow's chart", () => {
    it("is said of each top-level one, and of no other", () => {
        assert.deepEqual([...topLevelValues.keys()].sort(), Object.keys(officialKeys).sort());
    });

    it("is a refusal with a reason for each that is overruled as a whole, and for no other", () => {
        for (const [key, fate] of topLevelValues) {
            assert.equal(key in overruledValues || key in secretValues, fate === Fate.overruled, key);
        }
    });

    it("is told only of values that the chart has", () => {
        const unknown = Object.keys({ ...overruledValues, ...secretValues }).filter((path) => !known(path.split(".")));
        assert.deepEqual(unknown, []);
    });

    const none = { env: [], volumes: [], volumeMounts: [] };

    it("is a refusal wherever the platform's promise would replace what a stack asks for", () => {
        const teams = executorValues({}, [
            { team: { name: "default", owners: ["ada"] }, bundles: [], parts: none, isolated: false },
        ]);
        const image = { ...officialImage("3.3.2"), digest: `sha256:${"ab".repeat(32)}`, pullSecret: "registry-login" };
        const settings = {
            ...airflowSettings,
            common: { image },
            teams,
            logVolume: true,
            logFolder: "s3://logs",
            login: loginValues("{}"),
        };
        const other = "asked for by the stack";
        const usual = airflowValues(settings);
        const lost = leaves(usual).filter((path) => {
            const asked = airflowValues({ ...settings, chartValues: at(path, other) });
            const got = path.reduce<unknown>((value, key) => (value as ChartValues)[key], asked);
            return got !== other && !Array.isArray(got);
        });
        assert.ok(lost.length > 40);
        // The platform's own annotations, beside which a stack may have others.
        const ours = /airflow-linkerd\.io\/|config\.linkerd\.io\//;
        const silent = lost.filter((path) => refused(at(path, other)).length === 0 && !ours.test(path.join(".")));
        assert.deepEqual(
            silent.map((path) => path.join(".")),
            [],
        );
    });

    it("is told with the way out, at its depth", () => {
        const [image, executor, probe] = [
            { images: { airflow: { repository: "example.com/airflow" } } },
            { executor: "CeleryExecutor" },
            { workers: { celery: { replicas: 3 }, resources: {}, serviceAccount: { annotations: {} } } },
        ].map((values) => chartValueProblems(values).map((problem) => problemText(problem)));
        assert.deepEqual(image, [
            "images.airflow is a map: one image is run by components, tasks and Jobs alike. Set airflow.image instead.",
        ]);
        assert.deepEqual(executor, [
            'executor is "CeleryExecutor": each task runs in a pod of its own, with an identity of its own: ' +
                "KubernetesExecutor. Leave it out.",
        ]);
        assert.deepEqual(probe, [
            "workers.celery is a map: there are no Celery workers. Leave it out; airflow.sizes.task says how large a " +
                "task's pod is.",
            "workers.resources is a map: tasks run in pods of the stack's own. Set airflow.sizes.task or airflow.tasks, or " +
                "pod_override in the task's executor_config.",
            "workers.serviceAccount.annotations is a map: the chart makes no account for tasks: theirs is the stack's own, " +
                "with its role. Leave it out.",
        ]);
    });

    it("is what it asks for, where the chart brings it to its own objects", () => {
        const values = {
            scheduler: { replicas: 3, env: [{ name: "TZ", value: "UTC" }], nodeSelector: { disk: "ssd" } },
            apiServer: { livenessProbe: { timeoutSeconds: 9 }, service: { type: "LoadBalancer" } },
            pgbouncer: { resources: {}, podAnnotations: { a: "b" }, extraVolumes: [] },
            ingress: { apiServer: { enabled: true } },
            images: { pgbouncer: { tag: "1" }, migrationsWaitTimeout: 5 },
            extraConfigMaps: { mine: { data: "a: b" } },
            config: { core: { parallelism: "7" }, smtp: { smtp_host: "mail.example.com" } },
        };
        assert.deepEqual(refused(values), []);
        assert.deepEqual(layered(airflowValues({ ...airflowSettings, chartValues: values }), {}, values).ingress, {
            apiServer: { enabled: true },
        });
    });

    it("is a refusal for a secret in airflow.cfg, and never shows it", () => {
        const canary = "CANARY-5c3d";
        const config = {
            sentry: { sentry_dsn: canary, sentry_on: true },
            secrets: { backend_kwargs: `{"token": "${canary}"}` },
            database: { sql_alchemy_pool_size: 5 },
        };
        const told = chartValueProblems({ config }).map((problem) => problemText(problem));
        assert.deepEqual(refused({ config }), ["config.sentry.sentry_dsn", "config.secrets.backend_kwargs"]);
        assert.match(
            told[0] ?? "",
            /^config\.sentry\.sentry_dsn holds a secret: .* Set airflow\.secretConfig\.sentry\.sentry_dsn instead/,
        );
        assert.ok(!told.join("\n").includes(canary));
    });

    it("is never shown where the chart takes a key or a password", () => {
        const canary = "CANARY-7a1b";
        const values = { fernetKey: canary, jwtSecret: canary, data: { metadataConnection: { pass: canary } } };
        const told = chartValueProblems(values).map((problem) => problemText(problem));
        assert.equal(told.length, 3);
        assert.ok(!told.join("\n").includes(canary), told.join("\n"));
    });

    it("is a refusal for a template or a reference in airflow.cfg, which tasks and Jobs could not follow", () => {
        const setting = (from_email: string) => ({ config: { email: { from_email } } });
        assert.deepEqual(refused(setting("{{ .Release.Name }}@a.com")), ["config.email.from_email"]);
        assert.deepEqual(refused(setting("%(smtp_user)s@a.com")), ["config.email.from_email"]);
        assert.deepEqual(refused(setting("100%%@a.com")), []);
    });

    it("is the same refusal for an option whose value a command or a secrets backend would give", () => {
        const config = {
            core: { fernet_key_cmd: "cat /key", executor_secret: "executor" },
            api_auth: { jwt_secret_secret: "jwt" },
            sentry: { sentry_dsn_cmd: "cat /dsn" },
        };
        assert.deepEqual(refused({ config }), [
            "config.core.fernet_key_cmd",
            "config.core.executor_secret",
            "config.api_auth.jwt_secret_secret",
        ]);
    });

    it("is a refusal for what decides who gets in, and for what only another executor or auth manager reads", () => {
        const config = {
            fab: {
                auth_role_public: "Admin",
                config_file: "/tmp/config.py",
                auth_backends: "basic",
                navbar_color: "red",
            },
            core: { simple_auth_manager_all_admins: true, parallelism: 3 },
            celery: { worker_concurrency: 4 },
            opensearch: { host: "logs.example.com" },
            smtp: { smtp_user: "airflow", smtp_password: "hunter2", smtp_host: "mail.example.com" },
        };
        assert.deepEqual(refused({ config }), [
            "config.fab.auth_role_public",
            "config.fab.config_file",
            "config.fab.auth_backends",
            "config.core.simple_auth_manager_all_admins",
            "config.celery",
            "config.opensearch",
            "config.smtp.smtp_user",
            "config.smtp.smtp_password",
        ]);
        const told = chartValueProblems({ config }).map((problem) => problemText(problem));
        assert.ok(!told.join("\n").includes("hunter2"));
    });

    it("is no secret in plain text where it arrives by a Secret, and a promise all the same", () => {
        const config = { sentry: { sentry_dsn: "hunter2" }, core: { fernet_key: "hunter3", executor: "other" } };
        const problems = chartValueProblems({ config }, { secretsAreEncrypted: true, verbatim: true });
        assert.deepEqual(
            problems.map(({ path }) => pathText(path)),
            ["config.core.fernet_key", "config.core.executor"],
        );
    });
});
