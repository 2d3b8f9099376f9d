import { canary, enough, type RefusedStack } from "./refused-stack.ts";

const perPart = "Set it where it belongs: scheduler.";
const task = "Set airflow.sizes.task or airflow.tasks";

/** Values of Airflow's chart, and options of airflow.cfg, that nothing would come of. */
export const chartValueRefusals: readonly RefusedStack[] = [
    {
        name: "values of Airflow's chart that the platform's own take the place of",
        sections: () => ({
            airflow: {
                ...enough,
                chartValues: {
                    env: [{ name: "TZ", value: "UTC" }],
                    extraEnv: "- name: TZ",
                    extraEnvFrom: "- secretRef: {name: warehouse}",
                    volumes: [{ name: "data", emptyDir: {} }],
                    volumeMounts: [{ name: "data", mountPath: "/data" }],
                    workers: { resources: {}, env: [], celery: { replicas: 2 }, tolerations: [] },
                    images: { airflow: { tag: "mine" }, pod_template: { tag: "mine" } },
                    imagePullSecrets: [{ name: "registry" }],
                    registry: { secretName: "registry" },
                    executor: "CeleryExecutor",
                    redis: { enabled: true },
                    postgresql: { enabled: true },
                    podTemplate: "kind: Pod",
                    apiServer: { apiServerConfig: "AUTH_ROLE_PUBLIC = 'Admin'" },
                    webserver: { replicas: 2 },
                    config: { core: { executor: "LocalExecutor" }, celery: { worker_concurrency: 4 } },
                    fernetKey: canary,
                },
            },
        }),
        refusals: {
            "airflow.chartValues.env": `${perPart}env`,
            "airflow.chartValues.extraEnv": `${perPart}env`,
            "airflow.chartValues.extraEnvFrom": `${perPart}env`,
            "airflow.chartValues.volumes": `${perPart}extraVolumes`,
            "airflow.chartValues.volumeMounts": `${perPart}extraVolumeMounts`,
            "airflow.chartValues.workers.resources": task,
            "airflow.chartValues.workers.env": task,
            "airflow.chartValues.workers.celery": "there are no Celery workers.",
            "airflow.chartValues.workers.tolerations": "Set cluster.nodes.tasks.",
            "airflow.chartValues.images.airflow": "Set airflow.image instead.",
            "airflow.chartValues.images.pod_template": "Set airflow.image instead.",
            "airflow.chartValues.imagePullSecrets": "Set airflow.image.pullSecret instead",
            "airflow.chartValues.registry": "Set airflow.image.pullSecret instead",
            "airflow.chartValues.executor": "KubernetesExecutor. Leave it out.",
            "airflow.chartValues.redis": "only Celery uses it, and there is none.",
            "airflow.chartValues.postgresql": "Set airflow.database instead.",
            "airflow.chartValues.podTemplate": task,
            "airflow.chartValues.apiServer.apiServerConfig": "Set login instead.",
            "airflow.chartValues.webserver": "Set the same below apiServer",
            "airflow.chartValues.config.core.executor": "KubernetesExecutor. Leave it out.",
            "airflow.chartValues.config.celery": "KubernetesExecutor reads none of it.",
            "airflow.chartValues.fernetKey": "is a secret in plain text",
        },
    },
    {
        name: "values that Airflow's chart has not, and options that Airflow has not",
        sections: () => ({
            airflow: {
                ...enough,
                chartValues: { shceduler: { replicas: 2 }, triggerer: { replica: 2 } },
                config: {
                    scheduler: { parsing_procceses: 4 },
                    webserver: { base_url: "https://airflow.example.com" },
                    warehouse: { colour: "blue" },
                    fab: { auth_role_public: "Admin" },
                    smtp: { smtp_user: "airflow" },
                },
                unlistedConfig: ["core.parallelism"],
            },
        }),
        refusals: {
            "airflow.chartValues.shceduler": "Did you mean scheduler?",
            "airflow.chartValues.triggerer.replica": "Did you mean replicas?",
            "airflow.config.scheduler.parsing_procceses": "Did you mean dag_processor.parsing_processes?",
            "airflow.config.webserver.base_url": "Airflow calls it api.base_url by now.",
            "airflow.config.warehouse.colour": "add warehouse to airflow.unlistedConfig",
            "airflow.config.fab.auth_role_public": "Set login instead.",
            "airflow.config.smtp.smtp_user": "Set airflow.connections.smtp_default instead.",
            "airflow.unlistedConfig[0]": "Airflow 3.3.2 reads it anyway.",
        },
    },
    {
        name: "what tasks cannot be given",
        sections: () => ({
            airflow: {
                ...enough,
                image: { tag: "7", digest: `sha256:${"ab".repeat(32)}` },
                tasks: {
                    env: { AIRFLOW__CORE__PARALLELISM: "7", AWS_ROLE_ARN: "arn", https_proxy: "http://proxy:3128" },
                    envFrom: { secrets: ["airflow-metadata"] },
                    volumes: [{ kind: "config-map", name: "code", path: "/opt/airflow/plugins" }],
                    resources: { requests: { cpu: "1" } },
                },
                launchPods: true,
                dagBundles: [{ kind: "local", name: "folder", path: "/opt/airflow/dags" }],
                concurrency: { databaseConnections: 5 },
                highAvailability: true,
            },
        }),
        refusals: {
            "airflow.image.tag": "Leave one of the two out.",
            "airflow.tasks.env.AIRFLOW__CORE__PARALLELISM": "Set airflow.config instead",
            "airflow.tasks.env.AWS_ROLE_ARN": "teams[…].aws says what a role may do.",
            "airflow.tasks.env.https_proxy": "mesh.egress says what they may call.",
            "airflow.tasks.envFrom.secrets[0]": "Give yours another name.",
            "airflow.tasks.volumes[0].path": "Choose a folder such as /etc/warehouse or /mnt/data.",
            "airflow.tasks.resources.requests.cpu": "it is in airflow.sizes.task",
            "airflow.concurrency.databaseConnections": "Make it at least 10.",
        },
    },
    {
        name: "what a stack with teams says once more for all",
        sections: () => ({
            airflow: {
                ...enough,
                launchPods: true,
                dagBundles: [{ kind: "local", name: "folder", path: "/opt/airflow/dags" }],
                chartValues: { dagProcessor: { replicas: 2 } },
            },
        }),
        refusals: {
            "airflow.launchPods": "Set launchPods of those teams instead.",
            "airflow.dagBundles": "Give each to a team, as teams[…].dags, and remove the key.",
            "airflow.chartValues.dagProcessor": "Set airflow.sizes.dagProcessor or airflow.config instead",
        },
    },
];
