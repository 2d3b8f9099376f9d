import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { launchRulesConfigMap, launchRulesFiles, type PlatformImage } from "./launches/launch-rules.ts";
import { type AccountRef, type Team } from "./team.ts";
import {
    imagesAnnotation,
    launchPodsLabel,
    ownersAnnotation,
    taskAccount,
    teamLabel,
    teamNamespace,
} from "./team-names.ts";
import { containerLimits, type PartSize, quotaLimits } from "./team-quota.ts";

export interface TeamNamespaceArgs {
    /** Whose namespace it is. Plain, because it decides what exists and what it is called. */
    team: Team;

    /** The image that a task runs when it names none. Plain, because the gate compares what is asked for with it. */
    platformImage: PlatformImage;

    /** What Linkerd's proxies must be told of calls that no policy names. Fixed in a pod when it is made. */
    inboundPolicy: Readonly<Record<string, string>>;

    /** Who makes the pods of tasks. Plain, because a Role is bound to it. */
    scheduler: AccountRef;

    /** Who reads the logs of tasks that run. */
    apiServer: AccountRef;

    /** Who deletes the pods of tasks that ended. */
    podCleanup: AccountRef;

    /**
     * Groups that may look at pods, their logs and what happened to them, as the API server of Kubernetes calls them. Plain,
     * because a Role is bound to them. Defaults to none.
     */
    people?: readonly string[];

    /** What runs all the time in the namespace besides tasks, such as the team's DAG processor. It counts in addition to the
     * quota. Defaults to nothing. */
    parts?: readonly PartSize[];

    /** What the tasks' account must carry to come by its IAM role. Defaults to nothing. */
    accountAnnotations?: pulumi.Input<Record<string, string>> | undefined;
}

/**
 * Where a team's tasks run: a namespace with one account, limits, and the rights that Airflow's own components need there
 * and no others. Nobody else is given any right in it. Its pods have no token for the Kubernetes API, but for its tasks
 * where they make pods of their own.
 */
export class TeamNamespace extends pulumi.ComponentResource {
    /** The namespace's name. Resolves only once tasks can run in it. */
    public readonly namespace: pulumi.Output<string>;

    /** The tasks' account. */
    public readonly serviceAccount: pulumi.Output<string>;

    constructor(name: string, args: TeamNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:TeamNamespace", name, {}, opts);

        const { team } = args;

        const home = new k8s.core.v1.Namespace(
            `${name}-namespace`,
            {
                metadata: {
                    name: teamNamespace(team.name),
                    labels: {
                        [teamLabel]: team.name,
                        ...(team.launchPods ? { [launchPodsLabel]: "true" } : {}),
                        // linkerd-init sets up the pod's network, which neither `restricted` nor `baseline` lets it. The
                        // gate holds a task's own containers to what they would ask; this tells where it fails to.
                        "pod-security.kubernetes.io/enforce": "privileged",
                        "pod-security.kubernetes.io/audit": "restricted",
                    },
                    annotations: {
                        "linkerd.io/inject": "enabled",
                        ...args.inboundPolicy,
                        [ownersAnnotation]: team.owners.join(" or "),
                        [imagesAnnotation]: [args.platformImage.reference, ...(team.images ?? [])].join(","),
                    },
                },
            },
            { parent: this },
        );
        const namespace = home.metadata.name;

        const quotas = (team.quota ? [team.quota] : []).map(
            (quota) =>
                new k8s.core.v1.ResourceQuota(
                    `${name}-quota`,
                    {
                        metadata: { name: "team", namespace },
                        spec: { hard: quotaLimits(quota, args.parts) },
                    },
                    { parent: this },
                ),
        );

        const limits = new k8s.core.v1.LimitRange(
            `${name}-limits`,
            {
                metadata: { name: "team", namespace },
                spec: { limits: [containerLimits] },
            },
            { parent: this },
        );

        const account = new k8s.core.v1.ServiceAccount(
            `${name}-account`,
            {
                metadata: { name: taskAccount, namespace, annotations: args.accountAnnotations ?? {} },
                automountServiceAccountToken: false,
            },
            { parent: this },
        );

        const launchRules = new k8s.core.v1.ConfigMap(
            `${name}-launch-rules`,
            {
                metadata: { name: launchRulesConfigMap, namespace },
                data: launchRulesFiles(team, args.platformImage),
            },
            { parent: this },
        );

        const grants = Object.entries(rights(args)).map(([what, { to, rules }]) => {
            const metadata = { name: what, namespace };
            const role = new k8s.rbac.v1.Role(`${name}-${what}-role`, { metadata, rules }, { parent: this });
            return new k8s.rbac.v1.RoleBinding(
                `${name}-${what}-binding`,
                {
                    metadata,
                    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
                    subjects: to,
                },
                { parent: this },
            );
        });

        this.namespace = pulumi
            .all([namespace, ...[...quotas, limits, launchRules, ...grants].map(({ id }) => id)])
            .apply(([ready]) => ready as string);
        this.serviceAccount = account.metadata.name;

        this.registerOutputs({ namespace: this.namespace, serviceAccount: this.serviceAccount });
    }
}

interface Grant {
    readonly to: k8s.types.input.rbac.v1.Subject[];
    readonly rules: k8s.types.input.rbac.v1.PolicyRule[];
}

/** What others may do in the namespace, by the name of the Role. */
function rights({ team, scheduler, apiServer, podCleanup, people = [] }: TeamNamespaceArgs): Record<string, Grant> {
    const pods = (...verbs: string[]) => ({ apiGroups: [""], resources: ["pods"], verbs });
    const readLogs = { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] };
    // They say why a pod does not start.
    const readEvents = { apiGroups: [""], resources: ["events"], verbs: ["get", "list", "watch"] };
    return {
        "airflow-task-launcher": {
            to: [account(scheduler)],
            rules: [pods("create", "get", "list", "watch", "patch", "delete")],
        },
        "airflow-log-reader": { to: [account(apiServer)], rules: [pods("get", "list"), readLogs] },
        "airflow-cleanup": { to: [account(podCleanup)], rules: [pods("list", "delete")] },
        ...(team.launchPods
            ? {
                  "airflow-pod-launcher": {
                      to: [account({ namespace: teamNamespace(team.name), name: taskAccount })],
                      rules: [pods("create", "get", "list", "watch", "patch", "delete"), readLogs, readEvents],
                  },
              }
            : {}),
        // No Secrets, no ConfigMaps, no way into a pod: what tasks know stays with them, and with their logs.
        ...(people.length > 0
            ? {
                  "airflow-people": {
                      to: people.map((name) => ({ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name })),
                      rules: [pods("get", "list", "watch"), readLogs, readEvents],
                  },
              }
            : {}),
    };
}

function account(ref: AccountRef): k8s.types.input.rbac.v1.Subject {
    return { kind: "ServiceAccount", ...ref };
}
