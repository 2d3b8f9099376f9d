/**
 * Values of Airflow's chart that a stack cannot set, by their path, each with the reason and the way out. What is below a
 * path is refused with it, and so is an option of airflow.cfg that has a command or a name in a secrets backend give the
 * value: `…_cmd`, `…_secret`. Every other value of the chart reaches what it is for.
 *
 * Three kinds are here: what the platform says itself; what shapes objects that are none of the chart's here, because tasks
 * and Jobs have pods of our own; and what belongs to a part that the platform has no use for.
 */
export const overruledValues: Readonly<Record<string, string>> = {
    ...said(),
    ...ofEveryPod(),
    ...ofTasks(),
    ...ofJobs(),
    ...ofPgbouncer(),
    ...unused(),
    ...ofOtherAirflows(),
};

/** Values that would be secrets in plain text, and are refused without being shown. */
export const secretValues: Readonly<Record<string, string>> = plainSecrets();

/** What the platform says itself, by a key of its own where people may choose. */
function said() {
    const accounts =
        "each part of Airflow has an account of its own, which permissions and policies name. Leave it out.";
    const names = "names of objects are what permissions and policies rest on. Leave it out.";
    const version = "one version is run by components, tasks and Jobs alike. Set airflow.version instead.";
    const image = "one image is run by components, tasks and Jobs alike. Set airflow.image instead.";
    const secret = "the stack makes this Secret. Leave it out; airflow.keys says which generation is used.";
    const database = "the stack makes the connection to its database. Set airflow.database instead.";
    const bundles = "tasks fetch DAGs by themselves. Set airflow.dagBundles instead.";
    const address = "set airflow.hostname, or airflow.url, instead.";
    const logs = "tasks must write to where the API server reads. Set airflow.logs instead.";
    const ports = "ports are what policies rest on. Leave it out.";
    return {
        fullnameOverride: names,
        nameOverride: names,
        useStandardNaming: names,
        airflowVersion: version,
        defaultAirflowRepository: image,
        defaultAirflowTag: image,
        defaultAirflowDigest: image,
        "images.airflow": image,
        "images.useDefaultImageForMigration": image,
        executor: "each task runs in a pod of its own, with an identity of its own: KubernetesExecutor. Leave it out.",
        fernetKeySecretName: secret,
        apiSecretKeySecretName: secret,
        jwtSecretName: secret,
        fernetKeySecretAnnotations: secret,
        apiSecretAnnotations: secret,
        jwtSecretAnnotations: secret,
        data: database,
        "enableBuiltInSecretEnvVars.AIRFLOW_CONN_AIRFLOW_DB":
            "every task could ask for the database by that connection. Leave it out.",
        allowPodLaunching: "a right to make pods anywhere undoes the boundaries between teams. Leave it out.",
        allowJobLaunching: "a right to make Jobs anywhere undoes the boundaries between teams. Leave it out.",
        multiNamespaceMode: "a right in every namespace undoes the boundaries between teams. Leave it out.",
        ports,
        "apiServer.service.ports": ports,
        dags: bundles,
        "dagProcessor.dagBundleConfigList": bundles,
        "config.dag_processor.dag_bundle_config_list": bundles,
        "config.api.base_url": address,
        "config.core.executor": "each task runs in a pod of its own: KubernetesExecutor. Leave it out.",
        "config.core.auth_manager": "people log in as login says. Set login instead.",
        "config.core.multi_team":
            "it goes with teams that have DAG processors and triggerers of their own. Leave it out.",
        "config.core.execution_api_server_url": "tasks find the API server by its full name. Leave it out.",
        "config.core.load_examples": "examples are no DAGs for a platform. Add a bundle to airflow.dagBundles instead.",
        "apiServer.apiServerConfig": "who may do what is what login says. Set login instead.",
        "apiServer.apiServerConfigConfigMapName": "who may do what is what login says. Set login instead.",
        "config.core.plugins_folder": "the platform's own executor is found there. Leave it out.",
        "config.api.port": ports,
        "config.api_auth.trusted_jwks_url": "whoever has those keys could pass for any task. Leave it out.",
        "config.api_auth.jwt_private_key_path": secret,
        ...keyed(
            "config.fab",
            "session_lifetime_minutes session_max_lifetime_minutes",
            "a session ends as login says. Set login.sessionIdleMinutes or login.sessionMaxHours instead.",
        ),
        ...keyed(
            "config.kubernetes_executor",
            "namespace pod_template_file in_cluster cluster_context config_file multi_namespace_mode " +
                "multi_namespace_mode_namespace_list worker_container_repository worker_container_tag",
            "where tasks run, and in which pod and image, is the stack's to say. Leave it out; airflow.image and " +
                "airflow.tasks shape the pod.",
        ),
        ...keyed(
            "config.fab",
            "auth_backends auth_role_public config_file",
            "who gets in, and as what, is what login says. Set login instead.",
        ),
        "config.fab.session_backend": "the server must be able to end a session. Leave it out.",
        "config.fab.cache_ttl": "a role that was taken away would live on. Leave it out.",
        "config.fab.cookie_secure": `it follows the address of Airflow: ${address}`,
        "config.logging.remote_logging": logs,
        "config.logging.remote_base_log_folder": logs,
        "config.logging.remote_log_conn_id": logs,
        "config.logging.delete_local_logs": logs,
        "config.kubernetes_executor.task_publish_max_retries":
            "pods are asked for again by the clock, not by a count. Set airflow.concurrency.taskStartMinutes instead.",
        "config.task_starts": "set airflow.concurrency.taskStartMinutes instead.",
        "config.logging.logging_config_class":
            "the API server's own shows why a task did not start. Leave it out; json_logs, logging_level and " +
            "namespace_levels shape what is written.",
        logs,
        "triggerer.persistence":
            "its logs are read while it runs, and a claim would outlive the release. Leave it out.",
        "scheduler.terminationGracePeriodSeconds": "it is 60, above what its proxy needs. Leave it out.",
        "scheduler.serviceAccount.create": accounts,
        "scheduler.serviceAccount.name": accounts,
        "apiServer.serviceAccount.create": accounts,
        "apiServer.serviceAccount.name": accounts,
        "dagProcessor.serviceAccount.create": accounts,
        "dagProcessor.serviceAccount.name": accounts,
        "dagProcessor.serviceAccount.automountServiceAccountToken": accounts,
        "triggerer.serviceAccount.create": accounts,
        "triggerer.serviceAccount.name": accounts,
        "triggerer.serviceAccount.automountServiceAccountToken": accounts,
        "pgbouncer.serviceAccount.create": accounts,
        "pgbouncer.serviceAccount.name": accounts,
        "pgbouncer.serviceAccount.automountServiceAccountToken": accounts,
    };
}

/** What the official chart gives to tasks and Jobs as well, which have pods of our own here. */
function ofEveryPod() {
    const perPart = (key: string) =>
        `tasks and Jobs would go without it. Set it where it belongs: scheduler.${key}, apiServer.${key}, ` +
        `dagProcessor.${key}, triggerer.${key}.`;
    const env = `${perPart("env")} For tasks there is airflow.tasks.env, and airflow.config for options of airflow.cfg.`;
    const pull =
        "tasks and Jobs would not pull by it. Set airflow.image.pullSecret instead, or airflow.image.credentials.";
    const image = "it is the image's, and that of tasks and Jobs is the same one. Leave it out.";
    return {
        env,
        extraEnv: env,
        extraEnvFrom: env,
        secret: env,
        volumes: `${perPart("extraVolumes")} PgBouncer has pgbouncer.extraVolumes, and tasks have airflow.tasks.volumes.`,
        volumeMounts: `${perPart("extraVolumeMounts")} PgBouncer has pgbouncer.extraVolumeMounts, and tasks have airflow.tasks.volumes.`,
        labels: `${perPart("labels")} PgBouncer has pgbouncer.labels.`,
        airflowPodAnnotations: `${perPart("podAnnotations")} PgBouncer has pgbouncer.podAnnotations.`,
        nodeSelector: `${perPart("nodeSelector")} Nodes for tasks are cluster.nodes.tasks.`,
        affinity: perPart("affinity"),
        tolerations: `${perPart("tolerations")} Nodes for tasks are cluster.nodes.tasks.`,
        topologySpreadConstraints: perPart("topologySpreadConstraints"),
        securityContext: perPart("securityContexts"),
        securityContexts: perPart("securityContexts"),
        containerLifecycleHooks: perPart("containerLifecycleHooks"),
        schedulerName: "tasks and Jobs would be placed by another scheduler than components. Leave it out.",
        enableServiceLinks: "tasks and Jobs have none already. Leave it out.",
        uid: image,
        gid: image,
        airflowHome: image,
        airflowLocalSettings:
            "tasks would go without it. Put plugins and policies into a DAG bundle or a package of the image.",
        imagePullSecrets: pull,
        registry: pull,
        kerberos: "tasks would go without a ticket. Leave it out.",
    };
}

/** Tasks run in pods of our own template, without a Celery worker. */
function ofTasks() {
    const celery = "there are no Celery workers. Leave it out; airflow.sizes.task says how large a task's pod is.";
    const task =
        "tasks run in pods of the stack's own. Set airflow.sizes.task or airflow.tasks, or pod_override in the task's " +
        "executor_config.";
    const nodes = "tasks run on nodes of their own. Set cluster.nodes.tasks.";
    const account = "the chart makes no account for tasks: theirs is the stack's own, with its role. Leave it out.";
    const others = [
        "replicas revisionHistoryLimit command args livenessProbe updateStrategy podManagementPolicy strategy keda hpa",
        "persistence podDisruptionBudget extraPorts volumeClaimTemplates logGroomerSidecar waitForMigrations celery",
    ];
    return {
        ...keyed("workers", others.join(" "), celery),
        ...keyed(
            "workers",
            "resources terminationGracePeriodSeconds safeToEvict extraContainers extraInitContainers extraVolumes " +
                "extraVolumeMounts runtimeClassName priorityClassName hostAliases annotations podAnnotations " +
                "schedulerName labels securityContext containerLifecycleHooks securityContexts env kerberosSidecar " +
                "kerberosInitContainer kubernetes",
            task,
        ),
        ...keyed("workers", "nodeSelector affinity tolerations topologySpreadConstraints", nodes),
        ...keyed("workers.serviceAccount", "create name automountServiceAccountToken annotations", account),
        ...keyed(
            "config.kubernetes_executor",
            "multi_namespace_mode multi_namespace_mode_namespace_list",
            "tasks run where the stack's teams do, or all in one namespace without teams. Leave it out.",
        ),
        podTemplate: task,
        "images.pod_template": "one image is run by components, tasks and Jobs alike. Set airflow.image instead.",
    };
}

/** What runs once or by the clock is the stack's own, and waits for nothing that waits for it. */
function ofJobs() {
    return {
        migrateDatabaseJob: "the stack migrates the database before the chart begins. Leave it out.",
        createUserJob: "nobody logs in by password. Leave it out; login says who has which role.",
        cleanup: "the stack cleans up where tasks run. Set airflow.retention.podsSchedule instead.",
        databaseCleanup: "the stack cleans the database. Set airflow.retention.metadataDays instead.",
    };
}

/** Its configuration is a Secret of ours: the chart could build one only from a password among its values. */
function ofPgbouncer() {
    const ini = "the stack writes pgbouncer.ini. Leave it out; airflow.concurrency.databaseConnections sizes the pool.";
    return {
        "pgbouncer.enabled": "the pool is what bounds connections to the database. Leave it out.",
        "pgbouncer.containerLifecycleHooks": "the pool ends within its pod's grace. Leave it out.",
        ...keyed(
            "pgbouncer",
            "auth_type auth_file metadataPoolSize resultBackendPoolSize maxClientConn configSecretName " +
                "configSecretAnnotations certificatesSecretAnnotations mountConfigSecret verbose logDisconnections " +
                "logConnections sslmode ciphers ssl extraIniMetadata extraIniResultBackend extraIni",
            ini,
        ),
        ...keyed(
            "pgbouncer.metricsExporterSidecar",
            "statsSecretName statsSecretKey statsSecretAnnotations sslmode",
            "the stack makes the exporter's user. Leave it out.",
        ),
    };
}

/** Parts that nothing here would use, or that the mesh does not carry. */
function unused() {
    const celery = "only Celery uses it, and there is none. Leave it out.";
    const airflow2 = "it is Airflow 2's. Set the same below apiServer, or leave it out.";
    return {
        postgresql: "a database whose pod may go loses everything. Set airflow.database instead.",
        redis: celery,
        flower: celery,
        "images.redis": celery,
        "images.flower": celery,
        statsd: "StatsD is UDP, which the mesh does not carry. Leave it out.",
        "images.statsd": "StatsD is UDP, which the mesh does not carry. Leave it out.",
        otelCollector: "tasks would not know of it. Name a collector of yours in config.metrics and config.traces.",
        "images.otelCollector": "no collector is deployed. Leave it out.",
        "images.gitSync": "DAGs come without git-sync. Set airflow.dagBundles instead.",
        webserver: airflow2,
        webserverSecretKeySecretName: airflow2,
        webserverSecretAnnotations: airflow2,
        elasticsearch: "Airflow reads tasks' logs from where airflow.logs says. Set that instead.",
        opensearch: "Airflow reads tasks' logs from where airflow.logs says. Set that instead.",
        ...keyed(
            "ingress",
            "web flower statsd pgbouncer",
            "nothing of it is to be reached from outside. Leave it out.",
        ),
        ...keyed(
            "enableBuiltInSecretEnvVars",
            "AIRFLOW__WEBSERVER__SECRET_KEY AIRFLOW__CELERY__RESULT_BACKEND AIRFLOW__CELERY__BROKER_URL " +
                "AIRFLOW__ELASTICSEARCH__HOST AIRFLOW__OPENSEARCH__HOST",
            "what it is for is not here. Leave it out.",
        ),
    };
}

/** Options of what stands for other choices than the platform's, and those of Airflow 2 that people still know. */
function ofOtherAirflows() {
    const executor = "each task runs in a pod of its own: KubernetesExecutor reads none of it. Leave it out.";
    const manager = "people log in as login says, and no other auth manager is asked. Leave it out.";
    const logs = "Airflow reads tasks' logs from where airflow.logs says. Set that instead.";
    return {
        ...keyed(
            "config",
            "aws_batch_executor aws_ecs_executor aws_eks_executor aws_lambda_executor celery celery_kubernetes_executor " +
                "local_kubernetes_executor",
            executor,
        ),
        "config.aws_auth_manager": manager,
        ...keyed(
            "config.core",
            "simple_auth_manager_all_admins simple_auth_manager_passwords_file simple_auth_manager_users",
            manager,
        ),
        ...keyed("config", "elasticsearch elasticsearch_configs opensearch opensearch_configs", logs),
        ...keyed(
            "config.smtp",
            "smtp_user smtp_password",
            "Airflow 3 takes a mail server's login from a connection alone. Set airflow.connections.smtp_default instead.",
        ),
    };
}

/** Chart values are read by whoever may read the release. */
function plainSecrets() {
    const key = "a key among chart values is known to all who may read the release. Leave it out: the stack makes it.";
    const login = "it is a secret. Leave it out: the stack makes the connection and brings it by a Secret.";
    return {
        fernetKey: key,
        apiSecretKey: key,
        jwtSecret: key,
        webserverSecretKey: key,
        extraSecrets:
            "secrets among chart values are known to all who may read the release. Make the Secret elsewhere and name " +
            "it in env or extraVolumes of a part.",
        "config.core.fernet_key": key,
        "config.api.secret_key": key,
        "config.api_auth.jwt_secret": key,
        "config.webserver.secret_key": key,
        "config.core.sql_alchemy_conn": login,
        "config.database.sql_alchemy_conn": login,
        "config.database.sql_alchemy_conn_async": login,
    };
}

function keyed(path: string, keys: string, rule: string): Record<string, string> {
    return Object.fromEntries(keys.split(" ").map((key) => [`${path}.${key}`, rule]));
}
