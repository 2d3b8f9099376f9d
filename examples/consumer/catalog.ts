import { readFileSync } from "node:fs";

import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

export interface CatalogArgs {
    /** A namespace whose pods get a proxy. */
    namespace: pulumi.Input<string>;
}

const labels = { app: "catalog" };
const program = readFileSync(new URL("catalog.py", import.meta.url), "utf8");

/** A small service that knows the names of products. It has no rights at the API server. */
export class Catalog extends pulumi.ComponentResource {
    constructor(name: string, { namespace }: CatalogArgs, opts?: pulumi.ComponentResourceOptions) {
        super("catalog:index:Catalog", name, {}, opts);

        const metadata = { name: "catalog", namespace };

        const account = new k8s.core.v1.ServiceAccount(
            `${name}-account`,
            { metadata, automountServiceAccountToken: false },
            { parent: this },
        );

        // Pulumi gives it a name of its own, another one for another program, so that the pods are made anew.
        const files = new k8s.core.v1.ConfigMap(
            `${name}-files`,
            { metadata: { namespace }, data: { "catalog.py": program } },
            { parent: this },
        );

        new k8s.apps.v1.Deployment(
            `${name}-deployment`,
            {
                metadata,
                spec: {
                    selector: { matchLabels: labels },
                    template: {
                        metadata: { labels },
                        spec: {
                            serviceAccountName: account.metadata.name,
                            automountServiceAccountToken: false,
                            enableServiceLinks: false,
                            securityContext: {
                                runAsUser: 50000,
                                runAsNonRoot: true,
                                seccompProfile: { type: "RuntimeDefault" },
                            },
                            containers: [
                                {
                                    name: "catalog",
                                    // Any image with Python would do.
                                    image: "apache/airflow:3.3.2",
                                    args: ["python", "/srv/catalog.py"],
                                    ports: [{ name: "http", containerPort: 8080 }],
                                    readinessProbe: { httpGet: { path: "/ready", port: "http" } },
                                    resources: {
                                        requests: { cpu: "10m", memory: "32Mi" },
                                        limits: { memory: "128Mi" },
                                    },
                                    securityContext: {
                                        allowPrivilegeEscalation: false,
                                        readOnlyRootFilesystem: true,
                                        capabilities: { drop: ["ALL"] },
                                    },
                                    volumeMounts: [{ name: "files", mountPath: "/srv", readOnly: true }],
                                },
                            ],
                            volumes: [{ name: "files", configMap: { name: files.metadata.name } }],
                        },
                    },
                },
            },
            { parent: this },
        );

        new k8s.core.v1.Service(
            `${name}-service`,
            { metadata, spec: { selector: labels, ports: [{ name: "http", port: 8080, targetPort: 8080 }] } },
            { parent: this },
        );

        this.registerOutputs({});
    }
}
