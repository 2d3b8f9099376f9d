import type * as k8s from "@pulumi/kubernetes";

import { type DatabaseLogin } from "./database-connection.ts";

export const postgresImage = "postgres:17.6";
export const postgresPort = 5432;

/** The user and group that the image is built for. */
const postgresUser = { runAsUser: 999, runAsGroup: 999, fsGroup: 999 } as const;

/** `pg_hba.conf`: accepts connections over the network only with TLS and a password. */
export const hostRules = ["local all all trust", "hostssl all all all scram-sha-256", ""].join("\n");

const dataFolder = "/var/lib/postgresql/data";

export interface PostgresPod extends DatabaseLogin {
    /** Defaults to the official one. */
    readonly image?: string | undefined;
    readonly serviceAccount: k8s.types.input.core.v1.PodSpec["serviceAccountName"];
    /** The Secret with the server's key pair. */
    readonly tlsSecret: k8s.types.input.core.v1.SecretVolumeSource["secretName"];
    /** The Secret with the key `password`. */
    readonly passwordSecret: k8s.types.input.core.v1.SecretVolumeSource["secretName"];
    /** The ConfigMap with the key `pg_hba.conf`. */
    readonly rulesConfigMap: k8s.types.input.core.v1.ConfigMapVolumeSource["name"];
}

/** The pod of a single PostgreSQL server. It mounts a volume claim named `data`. */
export function postgresPodSpec(pod: PostgresPod): k8s.types.input.core.v1.PodSpec {
    const setting = (name: string, value: string) => ["-c", `${name}=${value}`];
    // A command, because the proxy accepts every TCP connection to the port. Over TCP, because the temporary server
    // that the image starts to initialise the database listens on the socket only.
    const alive = { exec: { command: ["pg_isready", "--host", "127.0.0.1", "--username", pod.user] } };
    return {
        serviceAccountName: pod.serviceAccount,
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        terminationGracePeriodSeconds: 60,
        securityContext: { ...postgresUser, runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
            {
                name: "postgresql",
                image: pod.image ?? postgresImage,
                args: [
                    ...setting("ssl", "on"),
                    ...setting("ssl_cert_file", "/etc/postgresql/tls/tls.crt"),
                    ...setting("ssl_key_file", "/etc/postgresql/tls/tls.key"),
                    ...setting("ssl_min_protocol_version", "TLSv1.3"),
                    ...setting("hba_file", "/etc/postgresql/rules/pg_hba.conf"),
                    ...setting("password_encryption", "scram-sha-256"),
                ],
                env: [
                    { name: "POSTGRES_DB", value: pod.name },
                    { name: "POSTGRES_USER", value: pod.user },
                    { name: "POSTGRES_PASSWORD_FILE", value: "/etc/postgresql/password/password" },
                    // A folder in the volume, because PostgreSQL needs an empty one and many volumes contain
                    // `lost+found`.
                    { name: "PGDATA", value: `${dataFolder}/pgdata` },
                ],
                ports: [{ name: "postgresql", containerPort: postgresPort }],
                startupProbe: { ...alive, periodSeconds: 2, failureThreshold: 60 },
                readinessProbe: { ...alive, periodSeconds: 5 },
                livenessProbe: { ...alive, periodSeconds: 20, failureThreshold: 6 },
                resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "1Gi" } },
                securityContext: {
                    allowPrivilegeEscalation: false,
                    readOnlyRootFilesystem: true,
                    capabilities: { drop: ["ALL"] },
                },
                volumeMounts: [
                    { name: "data", mountPath: dataFolder },
                    { name: "socket", mountPath: "/var/run/postgresql" },
                    { name: "temporary", mountPath: "/tmp" },
                    { name: "tls", mountPath: "/etc/postgresql/tls", readOnly: true },
                    { name: "rules", mountPath: "/etc/postgresql/rules", readOnly: true },
                    { name: "password", mountPath: "/etc/postgresql/password", readOnly: true },
                ],
            },
        ],
        volumes: [
            { name: "socket", emptyDir: {} },
            { name: "temporary", emptyDir: {} },
            // PostgreSQL refuses a private key that others can read. Its group may.
            { name: "tls", secret: { secretName: pod.tlsSecret, defaultMode: 0o640 } },
            { name: "password", secret: { secretName: pod.passwordSecret, defaultMode: 0o640 } },
            { name: "rules", configMap: { name: pod.rulesConfigMap } },
        ],
    };
}
