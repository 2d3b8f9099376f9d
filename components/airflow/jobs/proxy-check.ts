import { readFileSync } from "node:fs";

import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type AcceptedFindings } from "../../accepted-findings.ts";
import { acceptedOfCommands, commandLabels, commandPod, replaceUnready } from "./command-pod.ts";
import { type CommonSettings, settingsSuffix } from "../settings/common-settings.ts";

const script = readFileSync(new URL("check_proxies.py", import.meta.url), "utf8");

export interface ProxyCheckArgs {
    /** Airflow's namespace, in which the Job runs. */
    namespace: pulumi.Input<string>;

    /** Airflow's version, such as `3.3.2`. */
    version: string;

    /** What a stack sets for all that runs Airflow. Plain, because the Job is named after it. Defaults to nothing. */
    settings?: CommonSettings;

    /**
     * The revision of the release that makes the pods of each namespace, by the namespace's name. Namespaces are plain,
     * because each gets a Role; a revision that is new makes a new Job.
     */
    revisions: Readonly<Record<string, pulumi.Input<number>>>;
}

/**
 * Fails, with the pods' names, when a pod that should have a proxy has none. The injector's webhook refuses a pod that it
 * cannot inject, so this finds what went past it: a namespace without its annotation, a webhook that somebody removed or
 * narrowed, a pod from before the mesh. It looks once after each release, not all the time.
 */
export class ProxyCheck extends pulumi.ComponentResource {
    constructor(name: string, args: ProxyCheckArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:ProxyCheck", name, {}, opts);

        const objectName = "airflow-check-proxies";
        const labels = commandLabels("check-proxies");
        const namespaces = Object.keys(args.revisions);

        const account = new k8s.core.v1.ServiceAccount(
            `${name}-account`,
            {
                metadata: { name: objectName, namespace: args.namespace, labels },
                automountServiceAccountToken: false,
            },
            { parent: this },
        );

        const bindings = namespaces.map((namespace) => {
            const metadata = { name: objectName, namespace, labels };
            const role = new k8s.rbac.v1.Role(
                `${name}-role-${namespace}`,
                {
                    metadata,
                    rules: [
                        { apiGroups: [""], resources: ["namespaces"], resourceNames: [namespace], verbs: ["get"] },
                        { apiGroups: [""], resources: ["pods"], verbs: ["list"] },
                    ],
                },
                { parent: this },
            );
            return new k8s.rbac.v1.RoleBinding(
                `${name}-binding-${namespace}`,
                {
                    metadata,
                    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
                    subjects: [{ kind: "ServiceAccount", name: account.metadata.name, namespace: args.namespace }],
                },
                { parent: this },
            );
        });

        new k8s.batch.v1.Job(
            `${name}-job`,
            {
                metadata: {
                    // A finished Job cannot be changed, so each set of releases has its own.
                    name: pulumi
                        .all(Object.values(args.revisions))
                        .apply(
                            (revisions) => `${objectName}-${revisions.join("-")}${settingsSuffix(args.settings ?? {})}`,
                        ),
                    namespace: args.namespace,
                    labels,
                    annotations: replaceUnready,
                },
                spec: {
                    // Whatever it finds it would find again; the second is for an API server that was away for a moment.
                    backoffLimit: 1,
                    template: commandPod({
                        name: "check-proxies",
                        version: args.version,
                        settings: args.settings,
                        serviceAccount: account.metadata.name,
                        args: ["python", "-c", script],
                        env: [{ name: "NAMESPACES", value: namespaces.join(",") }],
                        size: { cpu: "50m", memory: "256Mi" },
                        callsKubernetes: true,
                        saysWhyItFailed: true,
                    }),
                },
            },
            { parent: this, dependsOn: bindings },
        );

        this.registerOutputs({});
    }
}

export const acceptedFindings: AcceptedFindings = {
    job: { ...acceptedOfCommands, CKV_K8S_38: "It lists pods, which takes the account's token" },
};
