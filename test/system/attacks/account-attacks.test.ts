import { refusesAttacks } from "../../support/attacks/attacks.ts";
import { analytics, billing, launchingTask, rbacOf, requestBy, running, task } from "./account-cluster.ts";
import { image, taskPod } from "./task-pod.ts";
import { type ApiRequest } from "./token-client.ts";

const core = (namespace: string, rest: string) => `/api/v1/namespaces/${namespace}/${rest}`;
const get = (path: string): ApiRequest => ({ method: "GET", path });
const post = (path: string, body: object): ApiRequest => ({ method: "POST", path, body });
const patch = (path: string, body: object): ApiRequest => ({ method: "PATCH", path, body });
const remove = (path: string): ApiRequest => ({ method: "DELETE", path });

const cannot = (verb: string, resource: string) => new RegExp(`cannot ${verb} resource "${resource}"`);
const pods = (namespace: string) => post(core(namespace, "pods"), taskPod(namespace));
/** Where there is no account of tasks. */
const strangePods = (namespace: string) =>
    post(
        core(namespace, "pods"),
        taskPod(namespace, ({ spec }) => (spec.serviceAccountName = "default")),
    );
const token = (namespace: string, account: string) =>
    post(core(namespace, `serviceaccounts/${account}/token`), {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: {},
    });
const enter = (namespace: string) => get(core(namespace, `pods/${running}/exec?command=id&stdout=true&container=base`));
const moreQuota = patch(core(analytics, "resourcequotas/team"), { spec: { hard: { pods: "1000" } } });
const otherTeams = patch(core("airflow", "configmaps/airflow-teams-1"), { data: { "billing.json": "{}" } });

const rbac = "/apis/rbac.authorization.k8s.io/v1";
const gate = "/apis/admissionregistration.k8s.io/v1";
const [namespace, name] = task.split("/");
const binding = (kind: string) => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind,
    metadata: { name: "more" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", namespace, name }],
});

const by = requestBy(task);
const byTask = [
    by("a pod", cannot("create", "pods"), pods(analytics)),
    by("a pod in another team's namespace", cannot("create", "pods"), pods(billing)),
    by("a pod beside Airflow's components", cannot("create", "pods"), strangePods("airflow")),
    by(
        "a token of Airflow's scheduler",
        cannot("create", "serviceaccounts/token"),
        token("airflow", "airflow-scheduler"),
    ),
    by("a token of another team's account", cannot("create", "serviceaccounts/token"), token(billing, "airflow-task")),
    by("the Secrets of its namespace", cannot("list", "secrets"), get(core(analytics, "secrets"))),
    by("another team's Secrets", cannot("list", "secrets"), get(core(billing, "secrets"))),
    by("Airflow's Secrets", cannot("list", "secrets"), get(core("airflow", "secrets"))),
    by("more than its quota", cannot("patch", "resourcequotas"), moreQuota),
    by(
        "another role in AWS for its account",
        cannot("patch", "serviceaccounts"),
        patch(core(analytics, "serviceaccounts/airflow-task"), {
            metadata: { annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/billing" } },
        }),
    ),
    by(
        "a binding to all rights in its namespace",
        cannot("create", "rolebindings"),
        post(`${rbac}/namespaces/${analytics}/rolebindings`, binding("RoleBinding")),
    ),
    by(
        "a binding to all rights everywhere",
        cannot("create", "clusterrolebindings"),
        post(`${rbac}/clusterrolebindings`, binding("ClusterRoleBinding")),
    ),
    by(
        "the end of its network policy",
        cannot("delete", "networkpolicies"),
        remove(`/apis/networking.k8s.io/v1/namespaces/${analytics}/networkpolicies/default-deny`),
    ),
    by(
        "a namespace that the gate does not know",
        cannot("patch", "namespaces"),
        patch(`/api/v1/namespaces/${analytics}`, { metadata: { labels: { "airflow-linkerd.io/team": null } } }),
    ),
    by(
        "the end of the gate",
        cannot("delete", "validatingadmissionpolicies"),
        remove(`${gate}/validatingadmissionpolicies/airflow-linkerd-teams-pods`),
    ),
    by(
        "a webhook that sees every pod",
        cannot("create", "mutatingwebhookconfigurations"),
        post(`${gate}/mutatingwebhookconfigurations`, {
            apiVersion: "admissionregistration.k8s.io/v1",
            kind: "MutatingWebhookConfiguration",
            metadata: { name: "mine" },
            webhooks: [],
        }),
    ),
    by("the place of the scheduler", /cannot impersonate/, {
        ...pods(analytics),
        as: "system:serviceaccount:airflow:airflow-scheduler",
    }),
    by("a look at another team's tasks", cannot("list", "pods"), get(core(billing, "pods"))),
    by("another team's log", cannot("get", "pods/log"), get(core(billing, `pods/${running}/log`))),
    by("a way into another team's task", cannot("get", "pods/exec"), enter(billing)),
    by("another list of teams for the executor", cannot("patch", "configmaps"), otherTeams),
];

const launched = requestBy(launchingTask);
const byLaunchingTask = [
    launched("a pod in another team's namespace", cannot("create", "pods"), pods(analytics)),
    launched("a pod beside Airflow's components", cannot("create", "pods"), strangePods("airflow")),
    launched("the Secrets of its namespace", cannot("list", "secrets"), get(core(billing, "secrets"))),
    launched("a way into a task of its own", cannot("get", "pods/exec"), enter(billing)),
    launched(
        "a token of its own account, to keep",
        cannot("create", "serviceaccounts/token"),
        token(billing, "airflow-task"),
    ),
];

const scheduler = "airflow/airflow-scheduler";
const scheduled = requestBy(scheduler);
const byScheduler = [
    scheduled("a pod beside Airflow's components", cannot("create", "pods"), strangePods("airflow")),
    scheduled("a pod in the mesh's namespace", cannot("create", "pods"), strangePods("linkerd")),
    scheduled("a team's Secrets", cannot("list", "secrets"), get(core(analytics, "secrets"))),
    scheduled("Airflow's Secrets", cannot("list", "secrets"), get(core("airflow", "secrets"))),
    scheduled(
        "a token of a team's account",
        cannot("create", "serviceaccounts/token"),
        token(analytics, "airflow-task"),
    ),
    scheduled("a way into a task", cannot("get", "pods/exec"), enter(analytics)),
    scheduled(
        "a container put into a task",
        cannot("patch", "pods/ephemeralcontainers"),
        patch(core(analytics, `pods/${running}/ephemeralcontainers`), {
            spec: { ephemeralContainers: [{ name: "in", image }] },
        }),
    ),
    scheduled("more than a team's quota", cannot("patch", "resourcequotas"), moreQuota),
    scheduled("another list of teams", cannot("patch", "configmaps"), otherTeams),
];

/** What the other components of Airflow would try, each of which has less. */
const byComponent = (account: string) => {
    const asks = requestBy(account);
    return [
        asks("a pod of a team's", cannot("create", "pods"), pods(analytics)),
        asks("a team's Secrets", cannot("list", "secrets"), get(core(analytics, "secrets"))),
        asks("Airflow's Secrets", cannot("list", "secrets"), get(core("airflow", "secrets"))),
        asks(
            "a token of a team's account",
            cannot("create", "serviceaccounts/token"),
            token(analytics, "airflow-task"),
        ),
        asks("a way into a task", cannot("get", "pods/exec"), enter(analytics)),
        asks("another list of teams", cannot("patch", "configmaps"), otherTeams),
    ];
};

describe("The accounts of a stack with teams", function () {
    this.timeout("10m");

    refusesAttacks("a task with its account's token", rbacOf(task), byTask);
    refusesAttacks("a task that may make pods", rbacOf(launchingTask), byLaunchingTask);
    refusesAttacks("Airflow's scheduler, taken over", rbacOf(scheduler), byScheduler);
    for (const [whose, account] of [
        ["Airflow's API server", "airflow/airflow-api-server"],
        ["another team's DAG processor", `${billing}/airflow-dag-processor`],
        ["another team's triggerer", `${billing}/airflow-triggerer`],
    ] as const) {
        refusesAttacks(`${whose}, taken over`, rbacOf(account), byComponent(account));
    }
});
