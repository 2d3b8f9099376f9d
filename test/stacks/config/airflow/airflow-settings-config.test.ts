import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { value } from "../../../support/mocks.ts";
import { ProjectFolder } from "../../project.ts";
import { readAirflow, refusesAirflow, refusesAirflowWith } from "../../stack-file.ts";

const digest = `sha256:${"ab".repeat(32)}`;

describe("the settings of a stack for Airflow", () => {
    let project: ProjectFolder;

    beforeEach(() => {
        project = new ProjectFolder();
    });

    afterEach(() => {
        project.remove();
    });

    it("are the official image and nothing else, unless it says otherwise", () => {
        const { image, registryLogin, config, tasks, lookups } = readAirflow({});
        assert.equal(image, undefined);
        assert.equal(registryLogin, undefined);
        assert.deepEqual(config, {});
        assert.deepEqual(tasks, {
            env: {},
            envFrom: { secrets: [], configMaps: [] },
            volumes: [],
            resources: { requests: {}, limits: {} },
        });
        assert.deepEqual(lookups, { connections: {}, variables: {} });
    });

    it("take an image by tag or by digest, and the version's tag where they name neither", () => {
        const repository = "registry.example.com:5000/data/airflow";
        const tag = (image: object) => readAirflow({ image: { repository, ...image } }).image;
        assert.deepEqual(tag({}), {
            repository,
            tag: "3.3.2",
            digest: undefined,
            pullPolicy: "IfNotPresent",
            pullSecret: undefined,
        });
        assert.equal(tag({ tag: "7" })?.tag, "7");
        assert.equal(tag({ digest, pullPolicy: "Always", pullSecret: "registry-login" })?.digest, digest);
    });

    it("make a Secret from a registry's login, for the host that the image names", async () => {
        const credentials = { user: "puller", password: "hunter2" };
        const { image, registryLogin } = readAirflow(
            { image: { repository: "registry.example.com:5000/airflow", credentials } },
            { secret: ["airflow"] },
        );
        assert.equal(image?.pullSecret, "airflow-image-pull");
        assert.equal(registryLogin?.registry, "registry.example.com:5000");
        const password = pulumi.output(registryLogin.password);
        assert.ok(await pulumi.isSecret(password));
        assert.equal(await value(password), "hunter2");
        const hub = readAirflow({ image: { credentials } }, { secret: ["airflow"] });
        assert.equal(hub.registryLogin?.registry, "https://index.docker.io/v1/");
    });

    it("keep options, connections and variables that are secrets as secrets", async () => {
        const { secretConfig, lookups } = readAirflow(
            {
                secretConfig: { sentry: { sentry_dsn: "hunter2" } },
                connections: {
                    warehouse: "postgresql://a:hunter3@db/x",
                    api: '{"conn_type": "http", "password": "hunter4"}',
                },
                variables: { greeting: "hunter5" },
            },
            { secret: ["airflow"] },
        );
        const all = [
            secretConfig.sentry?.sentry_dsn,
            lookups.connections.warehouse,
            lookups.connections.api,
            lookups.variables.greeting,
        ];
        for (const secret of all) {
            assert.ok(secret !== undefined && (await pulumi.isSecret(secret)));
        }
    });

    describe("refuse", () => {
        it("an image that is said twice, or that is none", () => {
            refusesAirflow(
                [
                    "image.tag stands beside digest: the digest alone says which image it is. Leave one of the two out.",
                    "image.pullSecret stands beside credentials: the stack makes the Secret from credentials. Leave one of the two out.",
                ],
                { image: { tag: "7", digest, pullSecret: "mine", credentials: { user: "a", password: "hunter2" } } },
                { secret: ["airflow"] },
            );
            refusesAirflowWith(
                /image\.repository is "apache\/airflow:3": it must be an image's name in lower case, without a tag/,
                {
                    image: { repository: "apache/airflow:3" },
                },
            );
            refusesAirflowWith(/image\.digest is "sha256:12": it must be sha256: and 64 digits/, {
                image: { digest: "sha256:12" },
            });
        });

        it("a secret in plain text, wherever it would stand, without showing it", () => {
            const canary = "CANARY-19af";
            for (const airflow of [
                { image: { credentials: { user: "a", password: canary } } },
                { secretConfig: { sentry: { sentry_dsn: canary } } },
                { connections: { warehouse: `postgresql://a:${canary}@db/x` } },
                { variables: { greeting: canary } },
                { config: { sentry: { sentry_dsn: canary } } },
                { tasks: { env: { API_TOKEN: canary } } },
                { tasks: { env: { WAREHOUSE: `postgresql://a:${canary}@db/x` } } },
            ]) {
                refusesAirflowWith(/secret/, airflow);
                assert.throws(
                    () => readAirflow(airflow),
                    (error: Error) => !error.message.includes(canary),
                );
            }
            refusesAirflowWith(
                /config\.sentry\.sentry_dsn holds a secret: .* Set airflow\.secretConfig\.sentry\.sentry_dsn instead/,
                {
                    config: { sentry: { sentry_dsn: canary } },
                },
            );
        });

        it("an option that the platform promises, by whichever key, with the reason", () => {
            refusesAirflow(
                [
                    'config.core.executor is "CeleryExecutor": each task runs in a pod of its own: KubernetesExecutor. Leave it out.',
                    'config.api.base_url is "https://a.example.com": set airflow.hostname, or airflow.url, instead.',
                ],
                { config: { core: { executor: "CeleryExecutor" }, api: { base_url: "https://a.example.com" } } },
            );
            for (const [section, option] of [
                ["core", "fernet_key"],
                ["core", "plugins_folder"],
                ["database", "sql_alchemy_conn"],
                ["database", "sql_alchemy_conn_cmd"],
                ["kubernetes_executor", "multi_namespace_mode"],
                ["kubernetes_executor", "worker_container_tag"],
                ["api_auth", "jwt_secret"],
                ["api_auth", "trusted_jwks_url"],
                ["fab", "session_backend"],
                ["logging", "remote_logging"],
            ] as const) {
                const words = new RegExp(`airflow\\.(config|secretConfig)\\.${section}\\.${option} `);
                refusesAirflowWith(words, { config: { [section]: { [option]: "x" } } });
                refusesAirflowWith(words, { secretConfig: { [section]: { [option]: "x" } } }, { secret: ["airflow"] });
            }
        });

        it("an option in two places, and what airflow.cfg cannot hold", () => {
            refusesAirflow(
                [
                    "config.email.from_email stands in airflow.chartValues.config too: one of them would do nothing. Leave one of the two out.",
                ],
                {
                    config: { email: { from_email: "a@b.c" } },
                    chartValues: { config: { email: { from_email: "d@e.f" } } },
                },
            );
            refusesAirflowWith(
                /secretConfig\.email\.from_email stands in airflow\.config too/,
                {
                    config: { email: { from_email: "a" } },
                    secretConfig: { email: { from_email: "b" } },
                },
                { secret: ["airflow"] },
            );
            refusesAirflowWith(/config\.core\.hostname_callable is \["a", "b"\]: .*airflow\.cfg has no lists/, {
                config: { core: { hostname_callable: ["a", "b"] } },
            });
            refusesAirflowWith(/config\.email\.subject is ".*": it must be one line/, {
                config: { email: { subject: "a\nb" } },
            });
            refusesAirflowWith(/config\.CORE is a map: a section has lower-case letters/, {
                config: { CORE: { parallelism: 4 } },
            });
        });

        it("a reference among the chart's values, which tasks and Jobs could not follow", () => {
            refusesAirflowWith(
                /chartValues\.config\.core\.dags_folder .*: a percent sign begins a reference.*airflow\.config instead/,
                {
                    chartValues: { config: { core: { dags_folder: "%(airflow_home)s/dags" } } },
                },
            );
        });

        it("variables for tasks that something else sets, each with the key that does it", () => {
            for (const [name, words] of [
                ["AIRFLOW__CORE__PARALLELISM", /airflow\.config/],
                ["AIRFLOW_CONN_WAREHOUSE", /airflow\.connections/],
                ["AIRFLOW_VAR_X", /airflow\.variables/],
                ["AIRFLOW_HOME", /Leave it out/],
                ["AWS_ROLE_ARN", /teams\[…\]\.aws/],
                ["AWS_ACCESS_KEY_ID", /its account's role/],
                ["LINKERD2_PROXY_LOG", /the mesh/],
                ["KUBERNETES_SERVICE_HOST", /Kubernetes/],
                ["https_proxy", /mesh\.egress/],
            ] as const) {
                refusesAirflowWith(words, { tasks: { env: { [name]: "x" } } });
            }
            assert.deepEqual(
                readAirflow({ tasks: { env: { TZ: "UTC", AWS_DEFAULT_REGION: "eu-central-1" } } }).tasks.env,
                {
                    TZ: "UTC",
                    AWS_DEFAULT_REGION: "eu-central-1",
                },
            );
        });

        it("the platform's own Secrets, claims and folders for tasks", () => {
            refusesAirflow(
                [
                    'tasks.envFrom.secrets[0] is "airflow-metadata": names that begin with airflow-, linkerd and sh.helm. are the platform\'s own. Give yours another name.',
                    'tasks.volumes[0].name is "airflow-fernet": names that begin with airflow-, linkerd and sh.helm. are the platform\'s own. Give yours another name.',
                    'tasks.volumes[1].path is "/opt/airflow/plugins": the image and the platform have files of their own there. Choose a folder such as /etc/warehouse or /mnt/data.',
                    'tasks.volumes[2].path is "/etc/keys/more": another volume is at /etc/keys. Choose folders beside each other.',
                ],
                {
                    tasks: {
                        envFrom: { secrets: ["airflow-metadata"] },
                        volumes: [
                            { kind: "secret", name: "airflow-fernet", path: "/etc/keys" },
                            { kind: "config-map", name: "code", path: "/opt/airflow/plugins" },
                            { kind: "empty-dir", size: "1Gi", path: "/etc/keys/more" },
                        ],
                    },
                },
            );
            refusesAirflowWith(
                /tasks\.volumes\[0\]\.kind is "hostPath": it must be secret, config-map, claim or empty-dir/,
                {
                    tasks: { volumes: [{ kind: "hostPath", path: "/mnt/node" }] },
                },
            );
            refusesAirflowWith(/tasks\.resources\.requests\.cpu is "2": it is in airflow\.sizes\.task/, {
                tasks: { resources: { requests: { cpu: "2" } } },
            });
        });

        it("connections that Airflow could not read, or that are the platform's, without showing them", () => {
            const canary = "CANARY-77b0";
            for (const [id, text, words] of [
                ["warehouse", canary, /connections\.warehouse is no connection: it must be a URI/],
                ["warehouse", `{"password": "${canary}"}`, /"conn_type"/],
                ["dag_bundle_dags", `git://${canary}`, /connections\.dag_bundle_dags is taken/],
                ["airflow_db", `postgresql://${canary}`, /connections\.airflow_db is taken/],
            ] as const) {
                refusesAirflowWith(words, { connections: { [id]: text } }, { secret: ["airflow"] });
                assert.throws(
                    () => readAirflow({ connections: { [id]: text } }, { secret: ["airflow"] }),
                    (error: Error) => !error.message.includes(canary),
                );
            }
            refusesAirflowWith(
                /variables\.Greeting is \[secret\]: its name must have lower-case letters/,
                { variables: { Greeting: "x" } },
                { secret: ["airflow"] },
            );
        });
    });
});
