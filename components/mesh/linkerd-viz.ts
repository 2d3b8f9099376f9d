import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type ChartMirror, chartReference, charts } from "../charts.ts";
import { type ImageSource } from "../images.ts";
import { type ExistingPrometheus } from "./connections/workloads.ts";
import { vizValues } from "./linkerd-values.ts";
import { vizNamespace } from "./names.ts";

export interface LinkerdVizArgs {
    /** The domain at the end of every workload's identity; the same that `Linkerd` was given. */
    trustDomain: string;

    /** The name by which people come to the dashboard. Defaults to none: it answers to names of the cluster's own. */
    dashboardHost?: string | undefined;

    /** Three replicas of what is asked by the API server. Defaults to false. */
    highAvailability?: boolean;

    /** A Prometheus that is there and reads the mesh's metrics. Defaults to one of the chart's own. */
    prometheus?: ExistingPrometheus | undefined;

    /** Where charts come from. Defaults to the official repositories. */
    mirror?: ChartMirror;

    /** Where images come from. Defaults to where each is published. */
    images?: ImageSource | undefined;
}

/**
 * Linkerd's metrics, dashboard and tap. The control plane must be there before, and the policies of its namespace: its pods
 * start with whatever they allow.
 */
export class LinkerdViz extends pulumi.ComponentResource {
    /** The revision of the release, whose pods are meshed: another one whenever they may be others. */
    public readonly revision: pulumi.Output<number>;

    constructor(name: string, args: LinkerdVizArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:LinkerdViz", name, {}, opts);

        const release = new k8s.helm.v3.Release(
            `${name}-release`,
            {
                ...chartReference(charts.linkerdViz, args.mirror),
                name: charts.linkerdViz.name,
                namespace: vizNamespace,
                values: vizValues({
                    trustDomain: args.trustDomain,
                    highAvailability: args.highAvailability ?? false,
                    dashboardHost: args.dashboardHost,
                    images: args.images,
                    prometheus: args.prometheus,
                }),
            },
            {
                parent: this,
                // Once a child of Linkerd.
                aliases: [
                    { name: "linkerd-viz", parent: pulumi.createUrn("linkerd", "airflow-linkerd:index:Linkerd") },
                ],
            },
        );

        this.revision = release.status.revision;

        this.registerOutputs({ revision: this.revision });
    }
}
