import { karpenterValues } from "../../../components/cluster/nodes/karpenter/karpenter-values.ts";
import { envoyGatewayValues } from "../../../components/entrance/controller/envoy-gateway-values.ts";
import { loadBalancerValues } from "../../../components/entrance/load-balancer/load-balancer-values.ts";
import { certManagerValues, trustManagerValues } from "../../../components/mesh/cert-manager-values.ts";
import { defaultLifetimes } from "../../../components/mesh/trust/lifetimes.ts";
import { controlPlaneValues, vizValues } from "../../../components/mesh/linkerd-values.ts";

const large = { requests: { cpu: "200m", memory: "1Gi" }, limits: { memory: "1Gi" } };
const budget = { enabled: true, config: { maxUnavailable: 1 } };
const spread = (topologyKey: string) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: { component: "scheduler", release: "airflow" } },
});
const component = {
    replicas: 2,
    resources: large,
    podDisruptionBudget: budget,
    topologySpreadConstraints: [spread("topology.kubernetes.io/zone"), spread("kubernetes.io/hostname")],
    serviceAccount: { create: true },
};
const logGroomerSidecar = { enabled: true, retentionDays: 7, resources: large };
const bundles = '[{"name":"dags","classpath":"a.Bundle","kwargs":{"path":"100%%"}}]';
const mesh = { trustDomain: "cluster.local", lifetimes: defaultLifetimes, highAvailability: true, chartValues: {} };
const opaque = { "config.linkerd.io/opaque-ports": "6543" };

/** Values as the program sends them when highly available, which is where it says the most. */
export const values: Record<string, Record<string, unknown>> = {
    "cert-manager": certManagerValues({ highAvailability: true, provesByDns: true }),
    "trust-manager": trustManagerValues(true, "cert-manager"),
    "linkerd-crds": { installGatewayAPI: false },
    "linkerd-control-plane": controlPlaneValues(mesh),
    "linkerd-viz": vizValues(mesh),
    "karpenter-crd": {},
    karpenter: karpenterValues({ clusterName: "airflow-prod", queueName: "airflow-prod-interruptions" }),
    "aws-load-balancer-controller": loadBalancerValues({
        clusterName: "airflow-prod",
        region: "eu-central-1",
        vpcId: "vpc-0123456789abcdef0",
        issuerRef: { group: "cert-manager.io", kind: "Issuer", name: "load-balancer-webhook-ca" },
        annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/balancers" },
        tags: { owner: "platform team", "airflow-linkerd/stack": "prod" },
        highAvailability: true,
    }),
    "gateway-helm": envoyGatewayValues({ highAvailability: true, namespaces: ["entrance", "airflow"] }),
    airflow: {
        airflowVersion: "3.3.2",
        defaultAirflowRepository: "apache/airflow",
        defaultAirflowTag: "3.3.2",
        executor: "KubernetesExecutor",
        fernetKeySecretName: "airflow-fernet",
        apiSecretKeySecretName: "airflow-api-secret",
        jwtSecretName: "airflow-jwt",
        data: { metadataSecretName: "airflow-metadata", brokerUrlSecretName: "airflow-no-broker" },
        allowPodLaunching: false,
        multiNamespaceMode: false,
        airflowPodAnnotations: { "config.linkerd.io/shutdown-grace-period": "20s" },
        podTemplate: JSON.stringify({ apiVersion: "v1", kind: "Pod", spec: { containers: [{ name: "base" }] } }),
        config: {
            core: { load_examples: "False" },
            api: { base_url: "http://airflow.example.com/team" },
            dag_processor: { dag_bundle_config_list: bundles },
        },
        scheduler: {
            ...component,
            terminationGracePeriodSeconds: 60,
            podAnnotations: { "airflow-linkerd.io/jwt-key": "1" },
            logGroomerSidecar,
        },
        apiServer: { ...component, podAnnotations: { "airflow-linkerd.io/jwt-key": "1" } },
        dagProcessor: {
            ...component,
            serviceAccount: { create: true, automountServiceAccountToken: false },
            logGroomerSidecar,
            env: [
                {
                    name: "AIRFLOW_CONN_DAG_BUNDLE_DAGS",
                    valueFrom: {
                        secretKeyRef: { name: "airflow-dag-bundle-dags", key: "connection", optional: true },
                    },
                },
            ],
            extraVolumes: [
                { name: "dag-bundle-dags", secret: { secretName: "airflow-dag-bundle-dags", optional: true } },
            ],
            extraVolumeMounts: [
                { name: "dag-bundle-dags", mountPath: "/etc/airflow-dag-bundles/dags", readOnly: true },
            ],
            podAnnotations: { "dag-bundle.airflow-linkerd.io/dags": "12345678" },
        },
        triggerer: { ...component, persistence: { enabled: false }, logGroomerSidecar },
        workers: { serviceAccount: { create: true, automountServiceAccountToken: false } },
        pgbouncer: {
            ...component,
            enabled: true,
            configSecretName: "airflow-pgbouncer-config",
            metricsExporterSidecar: { statsSecretName: "airflow-pgbouncer-exporter", statsSecretKey: "connection" },
            podAnnotations: opaque,
            service: { extraAnnotations: opaque },
            extraVolumes: [{ name: "database-authority", secret: { secretName: "airflow-postgresql-tls" } }],
            extraVolumeMounts: [{ name: "database-authority", mountPath: "/etc/airflow-database", readOnly: true }],
        },
        migrateDatabaseJob: { enabled: false, serviceAccount: { create: false } },
        createUserJob: { enabled: false, serviceAccount: { create: false } },
        postgresql: { enabled: false },
        redis: { enabled: false },
        statsd: { enabled: false },
    },
};
