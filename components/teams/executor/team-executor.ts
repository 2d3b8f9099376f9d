import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type ChartValues } from "../../chart-values.ts";
import { type ExecutorTeam, teamConfigMaps } from "./team-entries.ts";
import { executorConfigMap, executorFiles, executorValues } from "./team-executor-values.ts";

export interface TeamExecutorArgs {
    /** The namespace of Airflow's scheduler and API server. */
    namespace: pulumi.Input<string>;

    /** Every team. Plain, because Airflow's chart is told of every change to it. */
    teams: readonly ExecutorTeam[];
}

/**
 * Makes Airflow run each task as the team that its DAG came from. It is delivered by ConfigMaps, so that Airflow's images
 * stay as they are, and configures nothing by itself: Airflow takes its values.
 */
export class TeamExecutor extends pulumi.ComponentResource {
    /** For Airflow's chart. Plain, so that a preview shows it whole; whoever uses it waits for this component. */
    public readonly chartValues: ChartValues;

    constructor(name: string, args: TeamExecutorArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:TeamExecutor", name, {}, opts);

        const files = executorFiles(args.teams);

        new k8s.core.v1.ConfigMap(
            `${name}-files`,
            {
                metadata: { name: executorConfigMap, namespace: args.namespace },
                data: files,
            },
            { parent: this },
        );

        for (const [index, [configMap, data]] of Object.entries(teamConfigMaps(args.teams)).entries()) {
            new k8s.core.v1.ConfigMap(
                `${name}-teams-${String(index + 1)}`,
                {
                    metadata: { name: configMap, namespace: args.namespace },
                    data,
                },
                { parent: this },
            );
        }

        this.chartValues = executorValues(files, args.teams);

        this.registerOutputs({});
    }
}
