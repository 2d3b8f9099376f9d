import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { airflowUser, imageReference, pullSecrets } from "../airflow-image.ts";
import { type ContainerSize, resources } from "../airflow-sizes.ts";
import { type AuthorityVolume, databaseAuthority } from "../names.ts";
import { commonEnvironment, type CommonSettings, eachOnce, imageOf } from "../settings/common-settings.ts";

export { fromSecret } from "../settings/from-secret.ts";

type EnvVar = k8s.types.input.core.v1.EnvVar;

/** What every Job takes that runs a command on the metadata database. */
export interface DatabaseCommandArgs {
    /** Airflow's own namespace. */
    namespace: pulumi.Input<string>;

    /** Airflow's version, such as `3.3.2`. Plain, because Jobs are named after it. */
    version: string;

    /** The volume source of the authority that signed the database server's certificate. */
    databaseAuthority: AuthorityVolume;

    /** What a stack sets for all that runs Airflow. Plain, because Jobs are named after it. Defaults to nothing. */
    settings?: CommonSettings;
}

/** One command of Airflow, in a pod that ends with the command. */
export interface AirflowCommand {
    /** The pod's `component` label and its container's name. */
    readonly name: string;
    readonly version: string;
    /** What a stack sets for all that runs Airflow. Defaults to nothing. */
    readonly settings?: CommonSettings | undefined;
    readonly serviceAccount: k8s.types.input.core.v1.PodSpec["serviceAccountName"];
    /** Arguments of the image's entry point, which knows `airflow`, `bash` and `python`. */
    readonly args: string[];
    readonly env: EnvVar[];
    readonly size: ContainerSize;
    /**
     * The authority of the database server's certificate, for a command that connects to the server. Defaults to none.
     */
    readonly databaseAuthority?: AuthorityVolume;
    /** More volumes, by the folder where each is mounted. Defaults to none. */
    readonly mounts?: Readonly<Record<string, k8s.types.input.core.v1.Volume>>;
    /** For a command that calls the Kubernetes API. Defaults to false. */
    readonly callsKubernetes?: boolean;
    /** Whether the end of its log is put into the pod's status when it fails: only without secrets in it. Defaults to false. */
    readonly saysWhyItFailed?: boolean;
}

/**
 * Annotations of a Job that the next deployment deletes and creates again if it has not succeeded, instead of waiting
 * for a Job that has failed. Only for a command that can be interrupted without harm.
 */
export const replaceUnready = { "pulumi.com/replaceUnready": "true" };

/** The labels of the pod and of the objects around it. */
export function commandLabels(name: string) {
    return { tier: "airflow", component: name, release: "airflow" };
}

/** The pod's template. Its proxy is a native sidecar, so the pod ends with the command and the Job completes. */
export function commandPod(command: AirflowCommand): k8s.types.input.core.v1.PodTemplateSpec {
    const mounts = Object.entries({
        ...(command.databaseAuthority === undefined ? {} : authorityMount(command.databaseAuthority)),
        ...command.mounts,
    });
    const settings = command.settings ?? {};
    const image = imageOf(settings, command.version);
    return {
        metadata: {
            labels: commandLabels(command.name),
            // Below the pod's termination grace period of 30 seconds, or Kubernetes kills proxy and command together.
            annotations: { "config.linkerd.io/shutdown-grace-period": "10s" },
        },
        spec: {
            serviceAccountName: command.serviceAccount,
            automountServiceAccountToken: command.callsKubernetes ?? false,
            enableServiceLinks: false,
            // Each attempt gets a new pod, so that the log of a failed one stays readable.
            restartPolicy: "Never",
            ...pullSecrets(image),
            securityContext: { ...airflowUser, runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
            containers: [
                {
                    name: command.name,
                    image: imageReference(image),
                    ...(settings.image === undefined ? {} : { imagePullPolicy: image.pullPolicy }),
                    args: command.args,
                    env: eachOnce<EnvVar>(command.env, commonEnvironment(settings)),
                    resources: resources(command.size),
                    ...(command.saysWhyItFailed ? { terminationMessagePolicy: "FallbackToLogsOnError" } : {}),
                    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
                    volumeMounts: mounts.map(([mountPath, { name }]) => ({ name, mountPath, readOnly: true })),
                },
            ],
            volumes: mounts.map(([, volume]) => volume),
        },
    };
}

/** The volume with the authority of the database server's certificate, by its folder. */
function authorityMount(authority: AuthorityVolume) {
    return { [databaseAuthority.folder]: { name: "database-authority", ...authority } };
}

/** Accepted findings of whatever runs such a pod. */
export const acceptedOfCommands = {
    CKV_K8S_11: "A limit on the processor only makes a command slower that ends by itself",
    CKV_K8S_15: "A release's image does not change, and a command should not depend on a registry each time",
    CKV_K8S_22:
        "Airflow's image does not promise to start where it cannot write, and its commands put files into its home",
    CKV_K8S_43: "The stack names a release of Airflow: a digest would have to be looked up for each",
};

/** The same for a command that uses the metadata database. */
export const acceptedOfDatabaseCommands = {
    ...acceptedOfCommands,
    CKV_K8S_35: "Airflow's image takes its connection from the environment, as its chart gives it everywhere else",
};
