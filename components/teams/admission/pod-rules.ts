import { taskLabels } from "../../task-labels.ts";
import {
    imagesAnnotation,
    launchPodsLabel,
    partComponents,
    platformPrefix,
    taskAccount,
    teamLabel,
} from "../team-names.ts";
import { list, type Rule, text, type Variables } from "./rule.ts";

/** What the rules about a task's pod know of the platform. */
export interface PodRulesArgs {
    /** Who makes the pods of tasks, such as `system:serviceaccount:airflow:airflow-scheduler`. */
    readonly scheduler: string;
    /** Where the proxy's image comes from, without its tag, such as `cr.l5d.io/linkerd/proxy`. */
    readonly proxyImage: string;
}

/** Containers that Linkerd's injector adds. With its CNI plugin the validator stands where the init container does. */
const meshContainers = ["linkerd-init", "linkerd-proxy", "linkerd-network-validator"];

/** Who may be asked with a token that a pod mounts: Linkerd's identity, EKS Pod Identity, IAM. */
const audiences = ["identity.l5d.io", "pods.eks.amazonaws.com", "sts.amazonaws.com"];

/** Kubernetes' own, which makes the pods of Deployments. Only the platform makes a Deployment here. */
const deployments = "system:serviceaccount:kube-system:replicaset-controller";

/** Volumes that bring nothing from outside the team's namespace. */
const ownVolumes = ["emptyDir", "configMap", "secret", "persistentVolumeClaim", "downwardAPI", "projected"];

/** What the injector writes by itself, and what a team's pods may say of their end. */
const meshAnnotations = [
    "linkerd.io/created-by",
    "linkerd.io/proxy-version",
    "linkerd.io/trust-root-sha256",
    "config.linkerd.io/shutdown-grace-period",
    "viz.linkerd.io/tap-enabled",
];

export function podVariables({ scheduler }: PodRulesArgs): Variables {
    return {
        annotations: "has(object.metadata.annotations) ? object.metadata.annotations : {}",
        before: "oldObject != null && has(oldObject.metadata.annotations) ? oldObject.metadata.annotations : {}",
        platform: "has(namespaceObject.metadata.annotations) ? namespaceObject.metadata.annotations : {}",
        launches: `namespaceObject.metadata.labels[?${text(launchPodsLabel)}].orValue("") == "true"`,
        images: `variables.platform[?${text(imagesAnnotation)}].orValue("").split(",")`,
        inits: "has(object.spec.initContainers) ? object.spec.initContainers : []",
        volumes: "has(object.spec.volumes) ? object.spec.volumes : []",
        // A task has one. A pod that a task makes has none, or whatever runs in it could make more.
        token: `variables.launches && (request.operation != "CREATE" || request.userInfo.username == ${text(scheduler)})`,
        mesh: `variables.inits.filter(c, c.name in ${list(meshContainers)})`,
        part: `object.spec.serviceAccountName in ${list(Object.keys(partComponents))}`,
        component: `has(object.metadata.labels) ? object.metadata.labels[?"component"].orValue("") : ""`,
        own: `object.spec.containers + variables.inits.filter(c, !(c.name in ${list(meshContainers)}))`,
    };
}

/**
 * What a pod in a team's namespace must be, once the injector has had it. The executor makes pods that are so: these rules
 * hold whoever else is asked, and the executor itself should it ever be wrong.
 */
export function podRules({ scheduler, proxyImage }: PodRulesArgs): Rule[] {
    const launcher = `"system:serviceaccount:" + request.namespace + ${text(`:${taskAccount}`)}`;
    return [
        {
            allowed:
                `request.operation != "CREATE" || request.userInfo.username == ${text(scheduler)} || ` +
                `(variables.launches && request.userInfo.username == ${launcher}) || ` +
                `(variables.part && request.userInfo.username == ${text(deployments)})`,
            message: `request.userInfo.username + " makes no pods here: Airflow's scheduler does"`,
        },
        {
            allowed:
                `object.spec.serviceAccountName == ${text(taskAccount)} || ` +
                `(variables.part && (request.operation != "CREATE" || request.userInfo.username == ${text(deployments)}))`,
            message: `"a pod runs as ${taskAccount} here, not as " + object.spec.serviceAccountName`,
        },
        {
            allowed: [
                ...Object.entries(partComponents).map(
                    ([account, component]) =>
                        `(object.spec.serviceAccountName == ${text(account)}) == (variables.component == ${text(component)})`,
                ),
            ].join(" && "),
            message: text(
                "the label component says what a pod is to network policies, and a task is neither DAG processor nor triggerer",
            ),
        },
        {
            allowed: `has(object.metadata.labels) && object.metadata.labels[?${text(teamLabel)}].orValue("") == variables.team`,
            message: `"a pod has the label ${teamLabel}: " + variables.team`,
        },
        {
            // Metrics of the mesh are counted by it.
            allowed: `!has(object.metadata.labels) || object.metadata.labels[?${text(taskLabels.team)}].orValue(variables.team) == variables.team`,
            message: `"the label ${taskLabels.team} of a pod is " + variables.team + ", or none"`,
        },
        {
            // They say who started a task's run, which no task may say of itself or of another.
            allowed:
                `request.userInfo.username == ${text(scheduler)} || variables.part || (` +
                `variables.annotations.all(k, !k.startsWith(${text(platformPrefix)}) || (k in variables.before && variables.annotations[k] == variables.before[k])) && ` +
                `variables.before.all(k, !k.startsWith(${text(platformPrefix)}) || k in variables.annotations))`,
            message: text(`annotations of ${platformPrefix} are Airflow's scheduler's: leave them as they are`),
        },
        {
            // Before the proxy, which such a pod does not get: the refusal names the cause.
            allowed: ["hostNetwork", "hostPID", "hostIPC"]
                .map((field) => `!(has(object.spec.${field}) && object.spec.${field})`)
                .join(" && "),
            message: text("a pod shares neither network nor processes with its node"),
        },
        {
            allowed: hasProxy(proxyImage),
            message: text("a pod has Linkerd's proxy, as the mesh adds it"),
        },
        {
            allowed:
                `variables.part || variables.annotations.all(k, !k.contains("linkerd.io/") || k.startsWith(${text(platformPrefix)}) || k in ${list(meshAnnotations)} || ` +
                `(k == "linkerd.io/inject" && variables.annotations[k] == "enabled") || ` +
                `(k in variables.platform && variables.annotations[k] == variables.platform[k]))`,
            message: text("annotations of linkerd.io are the platform's: take them off the pod"),
        },
        {
            // A container that starts before the proxy is outside the mesh, and so is its traffic.
            allowed: `variables.launches || variables.inits.all(c, c.name in ${list(meshContainers)})`,
            message: text("a task's pod has no init containers of its own"),
        },
        {
            allowed: `variables.launches || object.spec.containers.size() == 1`,
            message: text("a task's pod has one container, base"),
        },
        {
            allowed: `variables.own.all(c, c.image in variables.images)`,
            message:
                `"images here are " + variables.images.join(", ") + ", not " + ` +
                `variables.own.filter(c, !(c.image in variables.images)).map(c, c.image).join(", ")`,
        },
        {
            allowed: `(object.spec.containers + variables.inits).all(c, !has(c.ports) || c.ports.all(p, !has(p.hostPort) || p.hostPort == 0))`,
            message: text("a pod takes no port of its node"),
        },
        {
            allowed:
                `variables.own.all(c, has(c.securityContext) && ` +
                `has(c.securityContext.allowPrivilegeEscalation) && !c.securityContext.allowPrivilegeEscalation && ` +
                `!(has(c.securityContext.privileged) && c.securityContext.privileged) && ` +
                `!(has(c.securityContext.capabilities) && has(c.securityContext.capabilities.add) && c.securityContext.capabilities.add.size() > 0))`,
            message: text("a container takes no privileges: allowPrivilegeEscalation is false, and nothing is added"),
        },
        {
            allowed: `!has(object.spec.automountServiceAccountToken) || !object.spec.automountServiceAccountToken || variables.token`,
            message: text("a pod has no token for the Kubernetes API: automountServiceAccountToken is false"),
        },
        {
            allowed: `variables.volumes.all(v, ${ownVolumes.map((kind) => `has(v.${kind})`).join(" || ")})`,
            message: `"volumes here are of ${ownVolumes.join(", ")}"`,
        },
        {
            allowed:
                `variables.volumes.all(v, !has(v.projected) || !has(v.projected.sources) || ` +
                `v.projected.sources.all(s, !has(s.serviceAccountToken) || ` +
                `(has(s.serviceAccountToken.audience) && s.serviceAccountToken.audience in ${list(audiences)}) || ` +
                `(variables.token && v.name.startsWith("kube-api-access-"))))`,
            message: `"tokens in volumes are for ${audiences.join(", ")}"`,
        },
        {
            // A pod that a task makes chooses its volumes and its environment.
            allowed: `variables.part || (${withoutSecrets(Object.keys(partComponents))})`,
            message: text("the logins of the team's DAG processor and triggerer are for those two alone"),
        },
    ];
}

/** Whether a pod has none of these Secrets, in any way that a pod can. */
function withoutSecrets(names: readonly string[]): string {
    const isOne = (name: string) => `${name}.orValue("") in ${list(names)}`;
    return (
        `variables.volumes.all(v, !(${isOne("v.?secret.?secretName")}) && ` +
        `v.?projected.?sources.orValue([]).all(s, !(${isOne("s.?secret.?name")}))) && ` +
        `variables.own.all(c, c.?env.orValue([]).all(e, !(${isOne("e.?valueFrom.?secretKeyRef.?name")})) && ` +
        `c.?envFrom.orValue([]).all(e, !(${isOne("e.?secretRef.?name")})))`
    );
}

function hasProxy(image: string): string {
    return (
        `variables.inits.exists(c, c.name == "linkerd-proxy" && has(c.restartPolicy) && c.restartPolicy == "Always" && ` +
        `c.image.startsWith(${text(`${image}:`)}))`
    );
}
