import assert from "node:assert/strict";

import { type AirflowSettings, airflowValues } from "../../../components/airflow/airflow-values.ts";
import { defaultSizes } from "../../../components/airflow/airflow-sizes.ts";
import { DagBundleKind } from "../../../components/airflow/dags/dag-bundles.ts";
import { GitCredentialsKind } from "../../../components/airflow/dags/git-credentials.ts";
import { startsValues } from "../../../components/airflow/tasks/starts/task-starts-values.ts";
import { taskPodTemplate } from "../../../components/airflow/tasks/pod-template.ts";
import { officialImage } from "../../../components/airflow/airflow-image.ts";
import { airflowSettings, taskPod } from "./airflow-settings.ts";

type Values = Record<string, Record<string, unknown>>;

function values(settings: Partial<AirflowSettings> = {}): Values {
    return airflowValues({ ...airflowSettings, ...settings }) as Values;
}

describe("the values of Airflow's chart", () => {
    it("take every tag from the one version", () => {
        const { airflowVersion, defaultAirflowTag, podTemplate } = values({ version: "3.4.0" }) as unknown as Record<
            string,
            string
        >;
        assert.equal(airflowVersion, "3.4.0");
        assert.equal(defaultAirflowTag, "3.4.0");
        assert.deepEqual(JSON.parse(podTemplate ?? ""), taskPodTemplate({ ...taskPod, image: officialImage("3.4.0") }));
    });

    it("name every secret, so that the chart makes up none", () => {
        const all = values() as unknown as Record<string, unknown>;
        assert.equal(all.fernetKeySecretName, "airflow-fernet");
        assert.equal(all.apiSecretKeySecretName, "airflow-api-secret");
        assert.equal(all.jwtSecretName, "airflow-jwt");
        assert.deepEqual(all.data, {
            metadataSecretName: "airflow-metadata",
            brokerUrlSecretName: "airflow-no-broker",
        });
        const pgbouncer = values().pgbouncer as Values;
        assert.equal(pgbouncer.configSecretName, "airflow-pgbouncer-config");
        assert.deepEqual(pgbouncer.metricsExporterSidecar, {
            statsSecretName: "airflow-pgbouncer-exporter",
            statsSecretKey: "connection",
        });
    });

    it("keep the logs of all components where those of tasks are kept", () => {
        const { logs } = values({ logVolume: true });
        assert.deepEqual(logs, { persistence: { enabled: true, existingClaim: "airflow-task-logs" } });
        assert.equal(values().logs, undefined);
    });

    it("leave to each team what belongs to it, and keep what components and tasks share", () => {
        const secretsBackend = { className: "a.Backend", kwargs: "{}" };
        const { executor, podTemplate, workers, config } = values({ logVolume: true, secretsBackend });
        assert.equal(executor, "team_executor.TeamKubernetesExecutor");
        assert.doesNotMatch(String(podTemplate), /DAG_BUNDLE|SECRETS_BACKEND|airflow-task-logs|serviceAccountName/);
        assert.deepEqual(workers, { serviceAccount: { create: false } });
        assert.match(JSON.stringify(config), /dags-folder/);
    });

    it("keep the volumes of the login beside those of teams, and let a stack take away neither", () => {
        const volumes = (name: string) => ({
            apiServer: { extraVolumes: [{ name }], podAnnotations: { [name]: "1" } },
        });
        const { apiServer } = values({ login: volumes("login"), teams: volumes("teams"), chartValues: volumes("own") });
        assert.deepEqual(
            (apiServer?.extraVolumes as { name: string }[]).map(({ name }) => name),
            ["own", "login", "task-starts", "teams"],
        );
        assert.ok(["login", "teams"].every((key) => key in (apiServer?.podAnnotations as object)));
    });

    it("have DAGs and tasks as tags of metrics and not in their names, unless the stack says otherwise", () => {
        assert.deepEqual(values().config?.metrics, { legacy_names_on: "False" });
        const chartValues = { config: { metrics: { legacy_names_on: "True" } } };
        assert.deepEqual(values({ chartValues }).config?.metrics, { legacy_names_on: "True" });
    });

    it("look every minute for tasks that a killed scheduler had queued, unless the stack says otherwise", () => {
        const interval = (settings: Partial<AirflowSettings>) =>
            (values(settings).config?.scheduler as Record<string, unknown>).orphaned_tasks_check_interval;
        assert.equal(interval({}), "60");
        const asked = { config: { scheduler: { orphaned_tasks_check_interval: "20" } } };
        assert.equal(interval({ chartValues: asked }), "20");
    });

    it("offer the database to no task as a connection", () => {
        assert.deepEqual(values().enableBuiltInSecretEnvVars, { AIRFLOW_CONN_AIRFLOW_DB: false });
    });

    it("turn off hooks, users with passwords, and everything that the platform does not use", () => {
        const all = values();
        for (const part of ["migrateDatabaseJob", "createUserJob", "postgresql", "redis", "statsd"]) {
            assert.equal(all[part]?.enabled, false, part);
        }
        assert.deepEqual(all.migrateDatabaseJob?.serviceAccount, { create: false });
        assert.deepEqual(all.createUserJob?.serviceAccount, { create: false });
        assert.deepEqual(all.triggerer?.persistence, { enabled: false });
    });

    it("let nobody make pods by the chart's own Role", () => {
        const all = values() as unknown as Record<string, unknown>;
        assert.equal(all.allowPodLaunching, false);
        assert.equal(all.multiNamespaceMode, false);
    });

    it("give a token for the Kubernetes API only to who calls it", () => {
        const all = values();
        const without = ["dagProcessor", "triggerer", "pgbouncer"];
        for (const part of without) {
            assert.deepEqual(all[part]?.serviceAccount, { create: true, automountServiceAccountToken: false }, part);
        }
        for (const part of ["scheduler", "apiServer"]) {
            assert.deepEqual(all[part]?.serviceAccount, { create: true }, part);
        }
    });

    it("make the pool opaque to Linkerd on Service and pod alike", () => {
        const pgbouncer = values().pgbouncer as Values;
        assert.equal(pgbouncer.podAnnotations?.["config.linkerd.io/opaque-ports"], "6543");
        assert.deepEqual(pgbouncer.service, { extraAnnotations: { "config.linkerd.io/opaque-ports": "6543" } });
    });

    it("show the pool the authority of the database where its configuration looks for it", () => {
        const pgbouncer = values().pgbouncer as unknown as Record<string, unknown>;
        assert.deepEqual(pgbouncer.extraVolumes, [
            { name: "database-authority", configMap: { name: "airflow-database-authority" } },
        ]);
        assert.deepEqual(pgbouncer.extraVolumeMounts, [
            { name: "database-authority", mountPath: "/etc/airflow-database", readOnly: true },
        ]);
    });

    it("end every proxy before its pod is killed", () => {
        const all = values();
        const grace = all.airflowPodAnnotations?.["config.linkerd.io/shutdown-grace-period"] as string;
        assert.match(grace, /^\d+s$/);
        // The API server has Kubernetes' default grace period of 30 s, the scheduler ours, the others the chart's 60 s.
        assert.ok(Number.parseInt(grace, 10) < 30);
        assert.equal(all.scheduler?.terminationGracePeriodSeconds, 60);
    });

    it("end PgBouncer within Kubernetes' own grace: its transactions first, then its proxy", () => {
        const { containerLifecycleHooks, podAnnotations } = values().pgbouncer as Values;
        const { command } = (containerLifecycleHooks?.preStop as { exec: { command: string[] } }).exec;
        const script = command.at(-1) ?? "";
        const waits = [...script.matchAll(/sleep (\d+)/g)].map(([, seconds]) => Number(seconds));
        const proxy = Number.parseInt(podAnnotations?.["config.linkerd.io/shutdown-grace-period"] as string, 10);
        assert.match(script, /^sleep 3; killall -INT pgbouncer && sleep 20$/);
        assert.ok(proxy >= 5);
        assert.ok(waits.reduce((sum, seconds) => sum + seconds, proxy) < 30);
    });

    it("let a stack change how PgBouncer ends no more than anything that is promised", () => {
        const containerLifecycleHooks = { preStop: { exec: { command: ["/bin/sh", "-c", "sleep 120"] } } };
        const asked = values({ chartValues: { pgbouncer: { containerLifecycleHooks } } });
        assert.deepEqual(asked.pgbouncer?.containerLifecycleHooks, values().pgbouncer?.containerLifecycleHooks);
    });

    it("run each part twice, and never without one of them, when it must be available", () => {
        const once = values();
        const twice = values({ highAvailability: true });
        for (const part of ["scheduler", "apiServer", "dagProcessor", "triggerer", "pgbouncer"]) {
            assert.equal(once[part]?.replicas, 1, part);
            assert.equal(once[part]?.podDisruptionBudget, undefined, part);
            assert.equal(twice[part]?.replicas, 2, part);
            assert.deepEqual(twice[part]?.podDisruptionBudget, { enabled: true, config: { maxUnavailable: 1 } }, part);
        }
    });

    it("keep a session that began over TLS from travelling without, and let the others travel", () => {
        const secure = (url: string) => (values({ url }).config?.fab as Record<string, string>).cookie_secure;
        assert.equal(secure("https://airflow.example.com"), "True");
        assert.equal(secure("http://127.0.0.1:20080"), "False");
    });

    it("wait ten minutes for a first start, unless a stack asks for less", () => {
        const patience = (part: string, chartValues = {}) => {
            const probe = values({ chartValues })[part]?.startupProbe as Record<string, number>;
            return (probe.periodSeconds ?? 0) * (probe.failureThreshold ?? 0);
        };
        for (const part of ["scheduler", "apiServer"]) {
            assert.equal(patience(part), 600, part);
            assert.equal(patience(part, { [part]: { startupProbe: { failureThreshold: 6 } } }), 60, part);
        }
    });

    it("make people log in, whatever a stack asks for, and take none of its volumes away", () => {
        const login = {
            apiServer: { apiServerConfig: "AUTH_TYPE = AUTH_OAUTH", extraVolumes: [{ name: "login-settings" }] },
            config: { fab: { cache_ttl: "0" } },
        };
        const chartValues = {
            apiServer: { apiServerConfig: "AUTH_TYPE = AUTH_DB", extraVolumes: [{ name: "reports" }] },
            config: { fab: { cache_ttl: "3600" } },
            pgbouncer: { extraVolumes: [{ name: "reports" }] },
        };
        const { apiServer, config, pgbouncer } = values({ login, chartValues });
        assert.equal(apiServer?.apiServerConfig, "AUTH_TYPE = AUTH_OAUTH");
        assert.deepEqual(
            (apiServer?.extraVolumes as { name: string }[]).map(({ name }) => name),
            ["reports", "login-settings", "task-starts"],
        );
        assert.deepEqual(apiServer?.serviceAccount, { create: true });
        assert.deepEqual(config?.fab, { cookie_secure: "True", cache_ttl: "0" });
        assert.equal((config?.api as Record<string, string>).base_url, "https://airflow.example.com");
        assert.deepEqual(pgbouncer?.extraVolumes, [
            { name: "reports" },
            { name: "database-authority", configMap: { name: "airflow-database-authority" } },
        ]);
    });

    it("let a stack resize a part, but not un-mesh it, open the pool or bring passwords back", () => {
        const all = values({
            chartValues: {
                scheduler: { replicas: 4, serviceAccount: { create: false } },
                createUserJob: { enabled: true },
                pgbouncer: { podAnnotations: { "config.linkerd.io/opaque-ports": "" }, enabled: false },
                allowPodLaunching: true,
                dags: { gitSync: { enabled: true } },
            },
        });
        assert.equal(all.scheduler?.replicas, 4);
        assert.deepEqual(all.scheduler?.serviceAccount, { create: true });
        assert.equal(all.createUserJob?.enabled, false);
        assert.equal(all.pgbouncer?.enabled, true);
        const annotations = all.pgbouncer?.podAnnotations as Record<string, string>;
        assert.equal(annotations["config.linkerd.io/opaque-ports"], "6543");
        assert.equal((all as unknown as Record<string, unknown>).allowPodLaunching, false);
        assert.deepEqual(all.dags, { gitSync: { enabled: true } });
    });

    it("size every part as the stack says, under what it asks of the chart itself", () => {
        const sizes = { ...defaultSizes, scheduler: { cpu: "2", memory: "4Gi" }, task: { cpu: "1", memory: "2Gi" } };
        const all = values({ sizes, chartValues: { triggerer: { resources: { requests: { cpu: "9" } } } } });
        assert.deepEqual(all.scheduler?.resources, {
            requests: { cpu: "2", memory: "4Gi" },
            limits: { memory: "4Gi" },
        });
        assert.deepEqual(all.triggerer?.resources, {
            requests: { cpu: "9", memory: "1Gi" },
            limits: { memory: "1Gi" },
        });
        const { podTemplate } = all as unknown as Record<string, string>;
        assert.match(podTemplate ?? "", /"cpu": "1",\s*"memory": "2Gi"/);
    });

    it("say how much runs at once, and how long logs stay", () => {
        const { config, scheduler } = values({
            concurrency: { ...airflowSettings.concurrency, parallelism: 7 },
            retention: { ...airflowSettings.retention, componentLogsDays: 3 },
        });
        assert.equal((config?.core as Record<string, string>).parallelism, "7");
        assert.equal((scheduler?.logGroomerSidecar as Record<string, unknown>).retentionDays, 3);
    });

    it("start those pods anew whose secrets are others, and tell nothing of a secret", () => {
        const before = values();
        const after = values({
            keys: { fernet: { generations: [1, 2], encrypts: 2 }, jwt: 3 },
            secretVersions: { login: "other", dagBundles: { "team-a": "another" } },
        });
        assert.equal(before.airflowPodAnnotations?.["airflow-linkerd.io/fernet-keys"], "1");
        assert.equal(after.airflowPodAnnotations?.["airflow-linkerd.io/fernet-keys"], "2,1");
        assert.equal(after.airflowPodAnnotations?.["airflow-linkerd.io/database-login"], "other");
        assert.deepEqual(after.dagProcessor?.podAnnotations, { "dag-bundle.airflow-linkerd.io/team-a": "another" });
        const pgbouncer = after.pgbouncer?.podAnnotations as Record<string, string>;
        const { scheduler: started } = startsValues() as { scheduler: { podAnnotations: object } };
        assert.equal(pgbouncer["airflow-linkerd.io/database-login"], "other");
        for (const [part, annotations] of [
            ["scheduler", { ...started.podAnnotations, "airflow-linkerd.io/jwt-key": "3" }],
            ["apiServer", { ...started.podAnnotations, "airflow-linkerd.io/jwt-key": "3" }],
            ["triggerer", undefined],
        ] as const) {
            assert.deepEqual(after[part]?.podAnnotations, annotations, part);
        }
    });

    const bundle = {
        kind: DagBundleKind.git,
        name: "team-a",
        repository: "git@git.example.com:a%20b.git",
        ref: "main",
        refreshSeconds: 60,
        credentials: {
            kind: GitCredentialsKind.sshKey,
            privateKey: "hunter2",
            knownHosts: "git.example.com ssh-rsa A",
        },
    } as const;

    it("list the DAG bundles for every component, with percent signs as airflow.cfg wants them", () => {
        const list = (
            values({ dagBundles: [bundle], ownBundles: [bundle] }).config?.dag_processor as Record<string, string>
        ).dag_bundle_config_list;
        assert.match(list ?? "", /"repo_url":"git@git\.example\.com:a%%20b\.git"/);
    });

    it("give a repository's credentials to the DAG processor, and to nobody who would pass them on", () => {
        const all = values({ dagBundles: [bundle], ownBundles: [bundle] });
        const holders = Object.entries(all)
            .filter(([, part]) => JSON.stringify(part).includes("airflow-dag-bundle-team-a"))
            .map(([part]) => part);
        assert.deepEqual(holders, ["dagProcessor"]);
        assert.equal((all.dagProcessor?.extraVolumeMounts as unknown[]).length, 1);
        assert.equal((all.dagProcessor?.extraVolumes as unknown[]).length, 1);
        assert.doesNotMatch(JSON.stringify(all), /hunter2/);
    });

    it("send logs to where they are kept, and leave them where they are in a stack that keeps none", () => {
        const { config, podTemplate } = values({ logFolder: "s3://logs" });
        assert.equal((config?.logging as Record<string, string>).remote_base_log_folder, "s3://logs");
        assert.equal((config?.api as Record<string, string>).base_url, "https://airflow.example.com");
        assert.match(String(podTemplate), /AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER/);
        assert.equal(values().config?.logging, undefined);
        assert.doesNotMatch(String(values().podTemplate), /REMOTE/);
    });

    it("place tasks on nodes of their own, and nothing else of Airflow", () => {
        const all = values({
            taskPlacement: {
                nodeSelector: { "example.com/tasks": "true" },
                tolerations: [{ key: "example.com/tasks" }],
            },
        });
        const placed = Object.entries(all)
            .filter(([, part]) => JSON.stringify(part).includes("example.com/tasks"))
            .map(([part]) => part);
        assert.deepEqual(placed, ["podTemplate"]);
        const { spec } = JSON.parse(String(all.podTemplate)) as { spec: Record<string, unknown> };
        assert.deepEqual(spec.nodeSelector, { "example.com/tasks": "true" });
        assert.deepEqual(spec.tolerations, [{ key: "example.com/tasks" }]);
    });

    it("let API server and triggerer look connections up in what the platform has, and nobody else", () => {
        const all = values({ secretsBackend: { className: "vault.Platform", kwargs: "{}" } });
        for (const part of ["apiServer", "triggerer"]) {
            assert.match(JSON.stringify(all[part]?.env), /AIRFLOW__SECRETS__BACKEND","value":"vault\.Platform"/, part);
        }
        for (const part of ["scheduler", "dagProcessor"]) {
            assert.doesNotMatch(JSON.stringify(all[part]), /vault/, part);
        }
        assert.doesNotMatch(String(all.podTemplate), /vault\.Platform/);
    });
});
