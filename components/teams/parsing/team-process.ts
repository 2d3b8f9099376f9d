import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { teamLabel } from "../team-names.ts";
import { type Team } from "../team.ts";

/** What a part of a team is made of that runs all the time: its DAG processor, or its triggerer. */
export interface TeamProcessArgs {
    /** Whose it is. Plain, because it decides what the objects are called. */
    team: Team;

    /** The team's own namespace. */
    namespace: pulumi.Input<string>;

    /** Airflow's image, and how a node pulls it. */
    image: string;
    pullPolicy: string;
    imagePullSecrets: readonly { readonly name: string }[];

    /** As which user it connects to the database: its rights depend on it. */
    login: string;

    /** The database's address with the password of that user. A secret. */
    databaseUrl: pulumi.Input<string>;

    /** Requests and limits. */
    resources: k8s.types.input.core.v1.ResourceRequirements;

    /** Airflow's settings, and where the team's DAGs come from. What the part sets itself wins. */
    env: readonly k8s.types.input.core.v1.EnvVar[];

    volumes: readonly k8s.types.input.core.v1.Volume[];

    volumeMounts: readonly k8s.types.input.core.v1.VolumeMount[];

    /** Change whenever something changes that it reads only at its start. */
    podAnnotations: Readonly<Record<string, pulumi.Input<string>>>;
}

/** What tells the two kinds apart. */
export interface TeamProcess {
    /** Of the objects, the account and the `component` label. */
    readonly component: string;
    /** What Airflow calls what the process does, in its own table of jobs. */
    readonly job: string;
    readonly args: string[];
    readonly env: readonly k8s.types.input.core.v1.EnvVar[];
    readonly identity: ProcessIdentity;
    readonly volumes?: readonly k8s.types.input.core.v1.Volume[];
    readonly volumeMounts?: readonly k8s.types.input.core.v1.VolumeMount[];
}

/** As whom a process runs, and what it alone knows. */
export interface ProcessIdentity {
    /** Of each of its objects. */
    readonly metadata: k8s.types.input.meta.v1.ObjectMeta;
    readonly account: pulumi.Input<string>;
    /** The Secret with the database's address and whatever else is secret, by variable. */
    readonly secret: pulumi.Input<string>;
    readonly secretVariables: readonly string[];
}

/**
 * Makes the account, which has no token, and the Secret, as children of the process's component. `name` is the component's,
 * `objects` what the objects are called in the cluster, and `secrets` go beside the database's address, by variable.
 */
export function processIdentity(
    name: string,
    args: TeamProcessArgs,
    { objects, component, secrets = {} }: ProcessNames,
    parent: pulumi.Resource,
): ProcessIdentity {
    const metadata = { name: objects, namespace: args.namespace, labels: processLabels(args.team, component) };
    const variables = { AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: args.databaseUrl, ...secrets };

    const account = new k8s.core.v1.ServiceAccount(
        `${name}-account`,
        {
            metadata,
            automountServiceAccountToken: false,
        },
        { parent },
    );

    const secret = new k8s.core.v1.Secret(
        `${name}-database`,
        {
            metadata,
            stringData: variables,
        },
        { parent },
    );

    return {
        metadata,
        account: account.metadata.name,
        secret: secret.metadata.name,
        secretVariables: Object.keys(variables),
    };
}

export interface ProcessNames {
    readonly objects: string;
    /** Of the container, and the `component` label. */
    readonly component: string;
    readonly secrets?: Readonly<Record<string, pulumi.Input<string>>>;
}

/** By which its pods are found, by policies too. */
function processLabels({ name }: Team, component: string): Record<string, string> {
    return { tier: "airflow", component, release: "airflow", [teamLabel]: name };
}

/** Settings of both kinds: what Airflow's own parts have otherwise. */
function ownSettings(login: string): k8s.types.input.core.v1.EnvVar[] {
    return [
        // Airflow writes it into its table of jobs, of which the login sees its own rows.
        { name: "LOGNAME", value: login },
        { name: "AIRFLOW__CORE__MULTI_TEAM", value: "True" },
        { name: "AIRFLOW__CORE__LOAD_EXAMPLES", value: "False" },
        // With FAB's manager each DAG's own permissions would be written, by authors. The platform decides by bundle.
        {
            name: "AIRFLOW__CORE__AUTH_MANAGER",
            value: "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
        },
    ];
}

/** The same with one more annotation on its pods. */
export function withAnnotation(args: TeamProcessArgs, key: string, text: string): TeamProcessArgs {
    return { ...args, podAnnotations: { ...args.podAnnotations, [key]: text } };
}

/** One pod at a time: two would do everything twice, and count twice in the team's quota. */
export function teamProcessSpec(args: TeamProcessArgs, process: TeamProcess): k8s.types.input.apps.v1.DeploymentSpec {
    const labels = processLabels(args.team, process.component);
    const own = [...ownSettings(args.login), ...process.env];
    const { account, secret, secretVariables } = process.identity;
    const taken = new Set<unknown>([...own.map(({ name }) => name), ...secretVariables]);
    const check = `CONNECTION_CHECK_MAX_COUNT=0 AIRFLOW__LOGGING__LOGGING_LEVEL=ERROR exec /entrypoint airflow jobs check --job-type ${process.job} --local`;
    return {
        replicas: 1,
        strategy: { type: "Recreate" },
        selector: { matchLabels: labels },
        template: {
            metadata: {
                labels,
                annotations: { "config.linkerd.io/shutdown-grace-period": "20s", ...args.podAnnotations },
            },
            spec: {
                serviceAccountName: account,
                imagePullSecrets: [...args.imagePullSecrets],
                automountServiceAccountToken: false,
                enableServiceLinks: false,
                terminationGracePeriodSeconds: 60,
                securityContext: {
                    runAsUser: 50000,
                    runAsGroup: 0,
                    fsGroup: 0,
                    runAsNonRoot: true,
                    seccompProfile: { type: "RuntimeDefault" },
                },
                containers: [
                    {
                        name: process.component,
                        image: args.image,
                        imagePullPolicy: args.pullPolicy,
                        args: process.args,
                        env: [
                            ...own,
                            ...args.env.filter(({ name }) => !taken.has(name)),
                            ...secretVariables.map((name) => ({
                                name,
                                valueFrom: { secretKeyRef: { name: secret, key: name } },
                            })),
                        ],
                        livenessProbe: {
                            exec: { command: ["sh", "-c", check] },
                            initialDelaySeconds: 10,
                            timeoutSeconds: 20,
                            failureThreshold: 5,
                            periodSeconds: 60,
                        },
                        resources: args.resources,
                        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
                        volumeMounts: [...(process.volumeMounts ?? []), ...args.volumeMounts],
                    },
                ],
                volumes: [...(process.volumes ?? []), ...args.volumes],
            },
        },
    };
}

/** Accepted findings of both kinds. */
export const acceptedOfProcesses = {
    CKV_K8S_9: "Nothing is served, so nothing waits for it to be ready",
    CKV_K8S_11: "A limit on the processor makes it miss its heartbeats",
    CKV_K8S_15: "A release's image does not change, and a restart should not depend on a registry",
    CKV_K8S_22: "Airflow's image writes its config and its logs to its home when it starts",
    CKV_K8S_35: "Airflow takes its connection from the environment, as its chart gives it everywhere else",
    CKV_K8S_43: "The stack names a release of Airflow: a digest would have to be looked up for each",
};
