import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type AcceptedFindings } from "../../accepted-findings.ts";
import { type DatabaseLogin } from "./database-connection.ts";
import { clusterHost } from "../names.ts";
import { PostgresCertificate } from "./postgres-certificate.ts";
import { hostRules, postgresPodSpec, postgresPort } from "./postgres-pod.ts";

/** The name of the server's objects, and of the Service that clients connect to. */
export const postgresService = "airflow-postgresql";

/** The Secret with the server's key pair and with `ca.crt`, which verifies it. */
export const postgresTlsSecret = "airflow-postgresql-tls";

const labels = { tier: "airflow", component: "postgresql", release: "airflow" };

/** Without it Linkerd would try to detect HTTP in PostgreSQL's protocol. Service and pod must have the same value. */
const opaque = { "config.linkerd.io/opaque-ports": `${postgresPort}` };

export interface PostgresServerArgs {
    namespace: pulumi.Input<string>;

    /**
     * The user and the database that are created at the first start. Plain, because a change would not reach the disk.
     */
    login: DatabaseLogin;

    /** The user's password. A secret. */
    password: pulumi.Input<string>;

    /** Size of the volume, in gibibytes. */
    storageGb: number;

    /** The image. Defaults to the official one. */
    image?: string | undefined;
}

/**
 * One PostgreSQL server for development: no replica, no backup. It accepts only encrypted connections with a password.
 */
export class PostgresServer extends pulumi.ComponentResource {
    constructor(name: string, args: PostgresServerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:PostgresServer", name, {}, opts);

        const metadata = { name: postgresService, namespace: args.namespace, labels };

        const certificate = new PostgresCertificate(
            `${name}-certificate`,
            {
                namespace: args.namespace,
                service: postgresService,
                secretName: postgresTlsSecret,
                dnsNames: [postgresService, clusterHost(postgresService)],
            },
            { parent: this },
        );

        const account = new k8s.core.v1.ServiceAccount(
            `${name}-account`,
            {
                metadata,
                automountServiceAccountToken: false,
            },
            { parent: this },
        );

        const password = new k8s.core.v1.Secret(
            `${name}-password`,
            {
                metadata,
                stringData: { password: args.password },
            },
            { parent: this },
        );

        const rules = new k8s.core.v1.ConfigMap(
            `${name}-rules`,
            {
                metadata,
                data: { "pg_hba.conf": hostRules },
            },
            { parent: this },
        );

        const service = new k8s.core.v1.Service(
            `${name}-service`,
            {
                metadata: {
                    ...metadata,
                    annotations: {
                        ...opaque,
                        // It has no endpoints until the server runs, and the server is created after it.
                        "pulumi.com/skipAwait": "true",
                    },
                },
                spec: {
                    selector: labels,
                    ports: [{ name: "postgresql", port: postgresPort, targetPort: "postgresql" }],
                },
            },
            { parent: this },
        );

        new k8s.apps.v1.StatefulSet(
            `${name}-server`,
            {
                metadata,
                spec: {
                    serviceName: service.metadata.name,
                    replicas: 1,
                    selector: { matchLabels: labels },
                    template: {
                        metadata: { labels, annotations: opaque },
                        spec: postgresPodSpec({
                            ...args.login,
                            image: args.image,
                            serviceAccount: account.metadata.name,
                            tlsSecret: postgresTlsSecret,
                            passwordSecret: password.metadata.name,
                            rulesConfigMap: rules.metadata.name,
                        }),
                    },
                    volumeClaimTemplates: [
                        {
                            metadata: { name: "data", labels },
                            spec: {
                                accessModes: ["ReadWriteOnce"],
                                resources: { requests: { storage: `${args.storageGb}Gi` } },
                            },
                        },
                    ],
                },
            },
            { parent: this, dependsOn: [certificate] },
        );

        this.registerOutputs({});
    }
}

export const acceptedFindings: AcceptedFindings = {
    server: {
        CKV_K8S_11: "A limit on the processor slows every query down, and development has no neighbours to protect",
        CKV_K8S_15: "A release's image does not change, and a restart should not depend on a registry",
        CKV_K8S_40: "999 is the user that PostgreSQL's image has, and that its files belong to",
        CKV_K8S_43: "The table of images names releases: a digest would have to be looked up for each machine's kind",
    },
};
