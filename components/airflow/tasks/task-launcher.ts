import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { chart, namespaceName } from "../names.ts";

export interface TaskLauncherArgs {
    /** Where tasks run. */
    namespace: pulumi.Input<string>;
}

/**
 * The scheduler's permission to run task pods in one namespace. The chart's own Role would also let every task create
 * pods and execute commands in those of other tasks.
 */
export class TaskLauncher extends pulumi.ComponentResource {
    constructor(name: string, args: TaskLauncherArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:TaskLauncher", name, {}, opts);

        const metadata = { name: "airflow-task-launcher", namespace: args.namespace };

        const role = new k8s.rbac.v1.Role(
            `${name}-role`,
            {
                metadata,
                rules: [
                    {
                        apiGroups: [""],
                        resources: ["pods"],
                        verbs: ["create", "get", "list", "watch", "patch", "delete"],
                    },
                ],
            },
            { parent: this },
        );

        new k8s.rbac.v1.RoleBinding(
            `${name}-binding`,
            {
                metadata,
                roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
                subjects: [{ kind: "ServiceAccount", name: chart.schedulerAccount, namespace: namespaceName }],
            },
            { parent: this },
        );

        this.registerOutputs({});
    }
}
