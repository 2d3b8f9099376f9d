import { airflowUser } from "../../../components/airflow/airflow-image.ts";
import { taskAccount, teamLabel } from "../../../components/teams/team-names.ts";
import { type AnyObject } from "../bare-cluster.ts";

export const image = "apache/airflow:3.3.2";

export interface TaskPod extends AnyObject {
    metadata: { name: string; namespace: string; labels: Record<string, string>; annotations: Record<string, string> };
}

export type Change = (pod: TaskPod) => void;

/** A task's pod as the executor makes it, before the mesh adds its proxy. */
export function taskPod(namespace: string, change: Change = () => undefined): TaskPod {
    const pod: TaskPod = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
            name: "one",
            namespace,
            labels: { [teamLabel]: namespace.replace("team-", "") },
            annotations: { "config.linkerd.io/shutdown-grace-period": "10s" },
        },
        spec: {
            serviceAccountName: taskAccount,
            automountServiceAccountToken: false,
            securityContext: { ...airflowUser, runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
            containers: [
                {
                    name: "base",
                    image,
                    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
                    volumeMounts: [{ name: "dags-key", mountPath: "/etc/dags-key" }],
                },
            ],
            volumes: [{ name: "dags-key", secret: { secretName: "dags" } }],
        },
    };
    change(pod);
    return pod;
}

/** What the gate asks of every container of a pod. */
export const own = { allowPrivilegeEscalation: false };

/** A volume with a token for that audience, or for the API server. */
export const token = (audience?: string) => ({
    name: "token",
    projected: { sources: [{ serviceAccountToken: { path: "token", ...(audience && { audience }) } }] },
});
