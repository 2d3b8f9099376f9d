import assert from "node:assert/strict";

import { names, objects, only, type Rendered, withHelm } from "./helm.ts";
import { values } from "./values.ts";

const given = values.airflow as Record<string, Record<string, unknown>>;
const components = ["api-server", "dag-processor", "scheduler", "triggerer"];

describe("the airflow chart", () => {
    withHelm();

    let rendered: Rendered[];
    before(async () => {
        rendered = await objects("airflow", given);
    });

    function pod(component: string, from = rendered): Rendered {
        return only(from, "Deployment", `airflow-${component}`).spec.template;
    }
    function main(component: string, from = rendered): Rendered {
        return pod(component, from).spec.containers[0];
    }
    function env(container: Rendered): Record<string, string> {
        const from = (entry: Rendered) =>
            entry.valueFrom ? Object.values(entry.valueFrom.secretKeyRef).join("/") : entry.value;
        return Object.fromEntries(container.env.map((entry: Rendered) => [entry.name, from(entry)]));
    }
    function mounts(container: Rendered): Record<string, string> {
        return Object.fromEntries(container.volumeMounts.map((mount: Rendered) => [mount.mountPath, mount.name]));
    }

    it("makes the official chart's objects", () => {
        assert.deepEqual(names(rendered), [
            "ConfigMap airflow-config",
            "Deployment airflow-api-server",
            "Deployment airflow-dag-processor",
            "Deployment airflow-pgbouncer",
            "Deployment airflow-scheduler",
            "Deployment airflow-triggerer",
            "PodDisruptionBudget airflow-api-server-pdb",
            "PodDisruptionBudget airflow-dag-processor-pdb",
            "PodDisruptionBudget airflow-pgbouncer-pdb",
            "PodDisruptionBudget airflow-scheduler-pdb",
            "PodDisruptionBudget airflow-triggerer-pdb",
            "Role airflow-pod-log-reader-role",
            "RoleBinding airflow-pod-log-reader-rolebinding",
            "Service airflow-api-server",
            "Service airflow-pgbouncer",
            "Service airflow-triggerer",
            "ServiceAccount airflow-api-server",
            "ServiceAccount airflow-dag-processor",
            "ServiceAccount airflow-pgbouncer",
            "ServiceAccount airflow-scheduler",
            "ServiceAccount airflow-triggerer",
            "ServiceAccount airflow-worker",
        ]);
    });

    it("gives each component the official labels and an account of its own", () => {
        for (const component of [...components, "pgbouncer"]) {
            const { metadata, spec } = pod(component);
            assert.deepEqual(metadata.labels, { tier: "airflow", component, release: "airflow" });
            assert.equal(spec.serviceAccountName, `airflow-${component}`);
        }
    });

    it("names its ports as the official chart does", () => {
        const ports = rendered
            .filter((object) => object.kind === "Service")
            .flatMap((service) => service.spec.ports.map((port: Rendered) => `${port.name} ${port.port}`));
        assert.deepEqual(ports.sort(), [
            "api-server 8080",
            "pgb-metrics 9127",
            "pgbouncer 6543",
            "triggerer-logs 8794",
        ]);
    });

    it("waits for the migration in every component before it starts", () => {
        for (const component of components) {
            const [waiting] = pod(component).spec.initContainers;
            assert.equal(waiting.name, "wait-for-airflow-migrations");
            assert.deepEqual(waiting.args, ["airflow", "db", "check-migrations", "--migration-wait-timeout=60"]);
            assert.equal(env(waiting).AIRFLOW__DATABASE__SQL_ALCHEMY_CONN, "airflow-metadata/connection");
        }
    });

    it("runs the official commands", () => {
        for (const component of components) {
            assert.deepEqual(main(component).args, ["bash", "-c", `exec airflow ${component}`]);
            assert.equal(main(component).command, undefined);
            assert.equal(main(component).image, "apache/airflow:3.3.2");
        }
    });

    it("gives the key that signs task tokens to the scheduler and the API server only", () => {
        const holders = components.filter((component) => "AIRFLOW__API_AUTH__JWT_SECRET" in env(main(component)));
        assert.deepEqual(holders, ["api-server", "scheduler"]);
        assert.equal(env(main("scheduler")).AIRFLOW__API_AUTH__JWT_SECRET, "airflow-jwt/jwt-secret");
    });

    it("takes every secret from a Secret that exists already", () => {
        assert.deepEqual(env(main("triggerer")), {
            AIRFLOW_HOME: "/opt/airflow",
            AIRFLOW__CORE__FERNET_KEY: "airflow-fernet/fernet-key",
            AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: "airflow-metadata/connection",
            AIRFLOW_CONN_AIRFLOW_DB: "airflow-metadata/connection",
            AIRFLOW__API__SECRET_KEY: "airflow-api-secret/api-secret-key",
        });
    });

    it("leaves a built-in secret out of every component when told to", async () => {
        const without = await objects("airflow", {
            ...given,
            enableBuiltInSecretEnvVars: { AIRFLOW_CONN_AIRFLOW_DB: false },
        });
        for (const component of components) {
            assert.ok(!("AIRFLOW_CONN_AIRFLOW_DB" in env(main(component, without))), component);
            assert.ok("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN" in env(main(component, without)), component);
        }
    });

    it("mounts the configuration at Airflow's true paths", () => {
        for (const component of components) {
            assert.equal(mounts(main(component))["/opt/airflow/airflow.cfg"], "config");
            // The API server reads the logs of others, and keeps none where it has no volume.
            assert.equal(mounts(main(component))["/opt/airflow/logs"], component === "api-server" ? undefined : "logs");
        }
        assert.equal(mounts(main("scheduler"))["/opt/airflow/pod_templates/pod_template_file.yaml"], "config");
    });

    it("mounts local settings everywhere and the login's configuration in the API server only", async () => {
        const changed = await objects("airflow", {
            ...given,
            airflowLocalSettings: 'NAME = "{{ .Release.Name }}"\n',
            apiServer: { ...given.apiServer, apiServerConfig: "AUTH_TYPE = 1\n" },
        });
        for (const component of components) {
            const paths = mounts(main(component, changed));
            assert.equal(paths["/opt/airflow/config/airflow_local_settings.py"], "config", component);
            assert.equal("/opt/airflow/webserver_config.py" in paths, component === "api-server", component);
        }
        assert.equal(
            only(changed, "ConfigMap", "airflow-config").data["airflow_local_settings.py"],
            'NAME = "airflow"\n',
        );
        assert.deepEqual(only(changed, "ConfigMap", "airflow-api-server-config").data, {
            "webserver_config.py": "AUTH_TYPE = 1\n",
        });
    });

    it("writes airflow.cfg with the given settings over the official defaults", () => {
        const { data } = only(rendered, "ConfigMap", "airflow-config");
        const lines = data["airflow.cfg"].split("\n");
        for (const line of [
            "load_examples = False",
            "executor = KubernetesExecutor",
            "base_url = http://airflow.example.com/team",
            'dag_bundle_config_list = [{"name":"dags","classpath":"a.Bundle","kwargs":{"path":"100%%"}}]',
            "execution_api_server_url = http://airflow-api-server:8080/team/execution/",
            "pod_template_file = /opt/airflow/pod_templates/pod_template_file.yaml",
            "worker_container_tag = 3.3.2",
            "statsd_on = False",
        ]) {
            assert.ok(lines.includes(line), line);
        }
        assert.equal(data["pod_template_file.yaml"], given.podTemplate);
    });

    it("restarts every component when its configuration changes, and only then", async () => {
        const sums = (from: Rendered[]) =>
            components.map((component) => pod(component, from).metadata.annotations?.["checksum/airflow-config"]);
        const resized = await objects("airflow", { ...given, scheduler: { ...given.scheduler, replicas: 3 } });
        const configured = await objects("airflow", { ...given, config: { core: { parallelism: 7 } } });
        assert.deepEqual(sums(resized), sums(rendered));
        assert.equal(new Set([...sums(configured), ...sums(rendered)]).size, 2);
    });

    it("takes an executor of ours by its class", async () => {
        const custom = await objects("airflow", { ...given, executor: "team_executor.TeamKubernetesExecutor" });
        const { metadata } = only(custom, "Deployment", "airflow-scheduler");
        assert.equal(metadata.labels?.executor, "team_executor.TeamKubernetesExecutor");
        assert.match(only(custom, "ConfigMap", "airflow-config").data["airflow.cfg"], /executor = team_executor\.Team/);
    });

    it("carries a module into one component by ConfigMap, volume and mount", async () => {
        const changed = await objects("airflow", {
            ...given,
            extraConfigMaps: { "{{ .Release.Name }}-plugins": { useHelmHooks: false, data: "a.py: |\n  A = 1\n" } },
            scheduler: {
                ...given.scheduler,
                extraVolumes: [{ name: "plugins", configMap: { name: "airflow-plugins" } }],
                extraVolumeMounts: [{ name: "plugins", mountPath: "/opt/airflow/plugins" }],
            },
        });
        const made = only(changed, "ConfigMap", "airflow-plugins");
        assert.deepEqual(made.data, { "a.py": "A = 1\n" });
        assert.equal(made.metadata.annotations, undefined);
        assert.equal(mounts(main("scheduler", changed))["/opt/airflow/plugins"], "plugins");
        assert.equal(mounts(main("triggerer", changed))["/opt/airflow/plugins"], undefined);
    });

    it("gives the credentials of DAG bundles to the DAG processor only", () => {
        const holders = components.filter((component) => "AIRFLOW_CONN_DAG_BUNDLE_DAGS" in env(main(component)));
        assert.deepEqual(holders, ["dag-processor"]);
        assert.equal(mounts(main("dag-processor"))["/etc/airflow-dag-bundles/dags"], "dag-bundle-dags");
        const volumes = pod("dag-processor").spec.volumes.map((volume: Rendered) => volume.name);
        assert.ok(volumes.includes("dag-bundle-dags"));
    });

    it("takes annotations that look like numbers for the text that they are", () => {
        const annotated = pod("dag-processor").metadata.annotations ?? {};
        assert.equal(annotated["dag-bundle.airflow-linkerd.io/dags"], "12345678");
        assert.equal(pod("scheduler").metadata.annotations?.["airflow-linkerd.io/jwt-key"], "1");
    });

    it("keeps logs as long as it is told, beside each component that writes any", () => {
        for (const component of ["scheduler", "dag-processor", "triggerer"]) {
            const groomer = pod(component).spec.containers.find(
                (container: Rendered) => container.name === `${component}-log-groomer`,
            );
            assert.equal(env(groomer).AIRFLOW__LOG_RETENTION_DAYS, "7", component);
        }
    });

    it("spreads every component over zones and nodes", () => {
        for (const component of [...components, "pgbouncer"]) {
            const keys = pod(component).spec.topologySpreadConstraints.map(
                (constraint: Rendered) => constraint.topologyKey,
            );
            assert.deepEqual(keys, ["topology.kubernetes.io/zone", "kubernetes.io/hostname"], component);
        }
    });

    it("serves PgBouncer from the given Secret, opaque to the mesh", () => {
        const { metadata, spec } = pod("pgbouncer");
        assert.equal(metadata.annotations?.["config.linkerd.io/opaque-ports"], "6543");
        const service = only(rendered, "Service", "airflow-pgbouncer");
        assert.equal(service.metadata.annotations?.["config.linkerd.io/opaque-ports"], "6543");
        assert.equal(spec.volumes[0].secret.secretName, "airflow-pgbouncer-config");
        assert.equal(mounts(spec.containers[0])["/etc/airflow-database"], "database-authority");
        assert.deepEqual(env(spec.containers[1]), { DATABASE_URL: "airflow-pgbouncer-exporter/connection" });
    });

    it("probes PgBouncer as the official chart does: a port for itself, its console for the exporter", () => {
        const [pool, exporter] = pod("pgbouncer").spec.containers;
        const times = { initialDelaySeconds: 10, periodSeconds: 10, timeoutSeconds: 1 };
        for (const probe of ["livenessProbe", "readinessProbe"]) {
            assert.deepEqual(pool[probe], { tcpSocket: { port: 6543 } });
            assert.deepEqual(exporter[probe], { exec: { command: ["pgbouncer_exporter", "health"] }, ...times });
        }
    });

    it("ends PgBouncer by the hook that it is given, within a grace that no value changes", async () => {
        assert.equal(pod("pgbouncer").spec.terminationGracePeriodSeconds, undefined);
        const [pool] = pod("pgbouncer").spec.containers;
        assert.deepEqual(pool.lifecycle.preStop.exec.command, ["/bin/sh", "-c", "killall -INT pgbouncer && sleep 120"]);
        const preStop = { exec: { command: ["true"] } };
        const pgbouncer = { ...given.pgbouncer, containerLifecycleHooks: { preStop } };
        const ended = await objects("airflow", { ...given, pgbouncer });
        assert.deepEqual(main("pgbouncer", ended).lifecycle, { preStop });
    });

    it("replaces pods as the official chart does", () => {
        const strategy = (component: string) => only(rendered, "Deployment", `airflow-${component}`).spec.strategy;
        const surge = { maxSurge: 1, maxUnavailable: 0 };
        assert.deepEqual(strategy("pgbouncer"), { rollingUpdate: surge });
        assert.deepEqual(strategy("api-server"), { type: "RollingUpdate", rollingUpdate: surge });
        assert.equal(strategy("scheduler"), undefined);
        for (const component of ["dag-processor", "triggerer"]) {
            assert.deepEqual(strategy(component), { rollingUpdate: { maxSurge: "100%", maxUnavailable: "50%" } });
        }
    });

    it("selects pods as the official chart does, so that a Deployment outlives the change to it", () => {
        for (const component of [...components, "pgbouncer"]) {
            const { selector } = only(rendered, "Deployment", `airflow-${component}`).spec;
            assert.deepEqual(selector, { matchLabels: { tier: "airflow", component, release: "airflow" } });
        }
    });

    it("keeps pods of a component apart, and PgBouncer's only by what it is told", () => {
        const { preferredDuringSchedulingIgnoredDuringExecution: preferred } =
            pod("scheduler").spec.affinity.podAntiAffinity;
        assert.deepEqual(preferred, [
            {
                weight: 100,
                podAffinityTerm: {
                    topologyKey: "kubernetes.io/hostname",
                    labelSelector: { matchLabels: { component: "scheduler" } },
                },
            },
        ]);
        assert.deepEqual(pod("pgbouncer").spec.affinity, {});
    });

    it("ends pods, and lets them be moved, as the official chart does", () => {
        const grace = { "api-server": undefined, "dag-processor": 60, scheduler: 60, triggerer: 60 };
        for (const [component, seconds] of Object.entries(grace)) {
            const { metadata, spec } = pod(component);
            assert.equal(spec.terminationGracePeriodSeconds, seconds, component);
            const movable = metadata.annotations?.["cluster-autoscaler.kubernetes.io/safe-to-evict"];
            assert.equal(movable, component === "api-server" ? undefined : "true", component);
        }
    });

    it("marks pods with the sums that the official chart marks them with", () => {
        const sums = (component: string) =>
            Object.keys(pod(component).metadata.annotations ?? {})
                .filter((key) => key.startsWith("checksum/"))
                .map((key) => key.slice("checksum/".length))
                .sort();
        const all = [
            "airflow-config",
            "extra-configmaps",
            "extra-secrets",
            "metadata-secret",
            "pgbouncer-config-secret",
        ];
        assert.deepEqual(sums("triggerer"), all);
        assert.deepEqual(sums("dag-processor"), all);
        assert.deepEqual(sums("scheduler"), [...all, "result-backend-secret"].sort());
        assert.deepEqual(sums("api-server"), [...all, "api-server-config"].sort());
        assert.deepEqual(sums("pgbouncer"), ["pgbouncer-certificates-secret", "pgbouncer-config-secret"]);
    });

    it("runs the migration as a plain Job when it is the chart's to run", async () => {
        const job = { enabled: true, useHelmHooks: false, applyCustomEnv: false, ttlSecondsAfterFinished: null };
        const migrating = await objects("airflow", { ...given, migrateDatabaseJob: job });
        const { metadata, spec } = only(migrating, "Job", "airflow-run-airflow-migrations");
        assert.equal(metadata.annotations, undefined);
        assert.equal(spec.ttlSecondsAfterFinished, undefined);
        assert.equal(spec.template.spec.serviceAccountName, "airflow-migrate-database-job");
        assert.deepEqual(spec.template.spec.containers[0].args, ["bash", "-c", "exec airflow db migrate"]);
    });

    it("keeps every component's logs on the volume that it is given, and else in the pod", async () => {
        const logs = { persistence: { enabled: true, existingClaim: "task-logs" } };
        const kept = await objects("airflow", { ...given, logs });
        const volume = (component: string, from?: Rendered[]) =>
            pod(component, from).spec.volumes.find(({ name }: Rendered) => name === "logs");
        for (const component of components) {
            assert.deepEqual(volume(component, kept), {
                name: "logs",
                persistentVolumeClaim: { claimName: "task-logs" },
            });
            const own = component === "api-server" ? undefined : { name: "logs", emptyDir: {} };
            assert.deepEqual(volume(component), own);
        }
    });

    it("lets the API server read pods' logs and nobody launch pods", () => {
        assert.deepEqual(only(rendered, "Role", "airflow-pod-log-reader-role").rules, [
            { apiGroups: [""], resources: ["pods"], verbs: ["list", "get", "watch"] },
            { apiGroups: [""], resources: ["pods/log"], verbs: ["get", "list"] },
        ]);
        const { subjects } = only(rendered, "RoleBinding", "airflow-pod-log-reader-rolebinding");
        assert.deepEqual(subjects, [{ kind: "ServiceAccount", name: "airflow-api-server", namespace: "airflow" }]);
    });

    it("lets the API server read logs of every namespace when tasks run in several", async () => {
        const wide = names(await objects("airflow", { ...given, multiNamespaceMode: true }));
        assert.ok(wide.includes("ClusterRole airflow-airflow-pod-log-reader-role"));
        assert.ok(!wide.some((name) => name.startsWith("Role")));
    });
});
