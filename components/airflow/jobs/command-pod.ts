import type * as k8s from "@pulumi/kubernetes";

import { airflowImage, airflowUser } from "../airflow-image.ts";
import { type ContainerSize, resources } from "../airflow-sizes.ts";
import { type AuthorityVolume } from "../database/database-connection.ts";
import { databaseAuthority } from "../names.ts";

/** One command of Airflow in a pod of its own, which ends when the command does. */
export interface AirflowCommand {
    /** The pod's `component` label and its container's name. */
    readonly name: string;
    readonly version: string;
    readonly serviceAccount: k8s.types.input.core.v1.PodSpec["serviceAccountName"];
    /** What the image runs: its entry point knows `airflow`, `bash` and `python`. */
    readonly args: string[];
    readonly env: k8s.types.input.core.v1.EnvVar[];
    readonly size: ContainerSize;
    /** For a command that talks to the database server itself. */
    readonly databaseAuthority?: AuthorityVolume;
    /** ConfigMaps by the folder that shows them. */
    readonly configMaps?: Readonly<Record<string, k8s.types.input.core.v1.ConfigMapVolumeSource>>;
    /** For a command that calls the Kubernetes API. Defaults to false. */
    readonly callsKubernetes?: boolean;
    /** Whether the end of its log is put into the pod's status when it fails: only without secrets in it. Defaults to false. */
    readonly saysWhyItFailed?: boolean;
}

/**
 * Annotations of a Job that the next deployment makes anew when it has not ended well, instead of waiting for one that has
 * failed. Only for a command that may be cut off.
 */
export const anew = { "pulumi.com/replaceUnready": "true" };

/** The labels of such a pod, and of what makes it. */
export function commandLabels(name: string) {
    return { tier: "airflow", component: name, release: "airflow" };
}

/** The pod's template. Its proxy is a native sidecar, so it ends with the command and its Job is complete. */
export function commandPod(command: AirflowCommand): k8s.types.input.core.v1.PodTemplateSpec {
    const volumes = [
        ...(command.databaseAuthority === undefined
            ? []
            : [
                  {
                      folder: databaseAuthority.folder,
                      volume: { name: "database-authority", ...command.databaseAuthority },
                  },
              ]),
        ...Object.entries(command.configMaps ?? {}).map(([folder, configMap], index) => ({
            folder,
            volume: { name: `config-${index}`, configMap },
        })),
    ];
    return {
        metadata: {
            labels: commandLabels(command.name),
            // Below the pod's own grace of 30 seconds, or Kubernetes kills proxy and command together.
            annotations: { "config.linkerd.io/shutdown-grace-period": "10s" },
        },
        spec: {
            serviceAccountName: command.serviceAccount,
            automountServiceAccountToken: command.callsKubernetes ?? false,
            enableServiceLinks: false,
            // A new pod for each attempt, so that the log of a failed one can still be read.
            restartPolicy: "Never",
            securityContext: { ...airflowUser, runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
            containers: [
                {
                    name: command.name,
                    image: airflowImage(command.version),
                    args: command.args,
                    env: command.env,
                    resources: resources(command.size),
                    ...(command.saysWhyItFailed ? { terminationMessagePolicy: "FallbackToLogsOnError" } : {}),
                    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
                    volumeMounts: volumes.map(({ folder, volume }) => ({
                        name: volume.name,
                        mountPath: folder,
                        readOnly: true,
                    })),
                },
            ],
            volumes: volumes.map(({ volume }) => volume),
        },
    };
}

/** A variable that is read from a Secret when the container starts. */
export function fromSecret(name: string, secret: { readonly name: string; readonly key: string }) {
    return { name, valueFrom: { secretKeyRef: { name: secret.name, key: secret.key } } };
}

/** What a scanner reports of whatever runs such a pod. */
export const acceptedOfCommands = {
    CKV_K8S_11: "A limit on the processor only makes a command slower that ends by itself",
    CKV_K8S_15: "A release's image does not change, and a command should not depend on a registry each time",
    CKV_K8S_22:
        "Airflow's image does not promise to start where it cannot write, and its commands put files into its home",
    CKV_K8S_43: "The stack names a release of Airflow: a digest would have to be looked up for each",
};

/** The same, where the command uses the metadata database. */
export const acceptedOfDatabaseCommands = {
    ...acceptedOfCommands,
    CKV_K8S_35: "Airflow's image takes its connection from the environment, as its chart gives it everywhere else",
};

/** The same, where a Job runs it. */
export const acceptedOfJobs = { CKV2_K8S_6: "It serves nothing, so nobody can connect to it" };
