import assert from "node:assert/strict";

import { type AirflowSettings, airflowValues } from "../../components/airflow/airflow-values.ts";
import { defaultSizes } from "../../components/airflow/airflow-sizes.ts";
import { defaultDagBundles } from "../../components/airflow/dag-bundles.ts";
import { taskPodTemplate } from "../../components/airflow/pod-template.ts";
import { airflowSettings } from "./airflow-settings.ts";

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
        assert.deepEqual(
            JSON.parse(podTemplate ?? ""),
            taskPodTemplate({ version: "3.4.0", size: defaultSizes.task, dagBundles: defaultDagBundles }),
        );
    });

    it("name every secret, so that the chart makes up none", () => {
        const all = values() as unknown as Record<string, unknown>;
        assert.equal(all.fernetKeySecretName, "airflow-fernet");
        assert.equal(all.apiSecretKeySecretName, "airflow-api-secret");
        assert.equal(all.jwtSecretName, "airflow-jwt");
        assert.deepEqual(all.data, { metadataSecretName: "airflow-metadata" });
        const pgbouncer = values().pgbouncer as Values;
        assert.equal(pgbouncer.configSecretName, "airflow-pgbouncer-config");
        assert.deepEqual(pgbouncer.metricsExporterSidecar, {
            statsSecretName: "airflow-pgbouncer-exporter",
            statsSecretKey: "connection",
        });
    });

    it("keep the logs of all components where those of tasks are kept", () => {
        const { logs, podTemplate } = values({ logVolume: true });
        assert.deepEqual(logs, { persistence: { enabled: true, existingClaim: "airflow-task-logs" } });
        assert.deepEqual(
            JSON.parse(String(podTemplate)),
            taskPodTemplate({
                version: "3.3.2",
                size: defaultSizes.task,
                dagBundles: defaultDagBundles,
                logVolume: true,
            }),
        );
        assert.equal(values().logs, undefined);
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
        const without = ["dagProcessor", "triggerer", "workers", "pgbouncer"];
        for (const part of without) {
            assert.deepEqual(all[part]?.serviceAccount, { create: true, automountServiceAccountToken: false }, part);
        }
        for (const part of ["scheduler", "apiServer"]) {
            assert.deepEqual(all[part]?.serviceAccount, { create: true }, part);
        }
    });

    it("make the pool opaque to Linkerd on Service and pod alike", () => {
        const pgbouncer = values().pgbouncer as Values;
        assert.deepEqual(pgbouncer.podAnnotations, { "config.linkerd.io/opaque-ports": "6543" });
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
        // The API server has Kubernetes' own grace of 30 s, the scheduler ours, the others the chart's 60 s.
        assert.ok(Number.parseInt(grace, 10) < 30);
        assert.equal(all.scheduler?.terminationGracePeriodSeconds, 60);
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
        assert.deepEqual(apiServer?.extraVolumes, [{ name: "reports" }, { name: "login-settings" }]);
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
        assert.deepEqual(all.pgbouncer?.podAnnotations, { "config.linkerd.io/opaque-ports": "6543" });
        assert.equal((all as unknown as Record<string, unknown>).allowPodLaunching, false);
        assert.deepEqual(all.dags, { gitSync: { enabled: true } });
    });
});
