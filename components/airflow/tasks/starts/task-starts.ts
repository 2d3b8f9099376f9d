import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { startsConfigMap, startsFiles } from "./task-starts-values.ts";

export interface TaskStartsArgs {
    /** Airflow's namespace. */
    namespace: pulumi.Input<string>;
}

/**
 * What makes Airflow wait for room and tell people why a task's pod does not start. It is delivered as a ConfigMap, so that
 * Airflow's images stay as they are, and configures nothing by itself: Airflow's chart is told by `startsValues`.
 */
export class TaskStarts extends pulumi.ComponentResource {
    constructor(name: string, args: TaskStartsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:TaskStarts", name, {}, opts);

        new k8s.core.v1.ConfigMap(
            `${name}-files`,
            {
                metadata: { name: startsConfigMap, namespace: args.namespace },
                data: startsFiles(),
            },
            { parent: this },
        );

        this.registerOutputs({});
    }
}
