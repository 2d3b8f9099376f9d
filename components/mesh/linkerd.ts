import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type ChartValues } from "../chart-values.ts";
import { type ChartMirror, chartReference, charts } from "../charts.ts";
import { type ImageSource } from "../images.ts";
import { defaultLifetimes, type Lifetimes } from "./trust/lifetimes.ts";
import { controlPlaneValues } from "./linkerd-values.ts";
import { linkerdNamespace } from "./names.ts";

export interface LinkerdArgs {
    /** The domain at the end of every workload's identity; the same that `MeshTrust` was given. */
    trustDomain: string;

    /** How long workload certificates live. Defaults to Linkerd's recommendation. */
    lifetimes?: Lifetimes;

    /** Three replicas over nodes and zones, each with what it needs reserved. Defaults to false. */
    highAvailability?: boolean;

    /** Where charts come from. Defaults to the official repositories. */
    mirror?: ChartMirror;

    /** Where images come from. Defaults to where each is published. */
    images?: ImageSource | undefined;

    /** Values of the chart `linkerd-control-plane`, under those that the mesh's safety rests on. Defaults to none. */
    chartValues?: ChartValues;
}

/**
 * Linkerd's control plane. Gateway API, the namespaces, the trust roots and the issuer must be there
 * before; a pod that is made before this component is ready has no proxy.
 */
export class Linkerd extends pulumi.ComponentResource {
    constructor(name: string, args: LinkerdArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:Linkerd", name, {}, opts);

        const settings = {
            trustDomain: args.trustDomain,
            lifetimes: args.lifetimes ?? defaultLifetimes,
            highAvailability: args.highAvailability ?? false,
            chartValues: args.chartValues ?? {},
            images: args.images,
        };

        const definitions = new k8s.helm.v3.Release(
            `${name}-crds`,
            {
                ...chartReference(charts.linkerdCrds, args.mirror),
                name: charts.linkerdCrds.name,
                namespace: linkerdNamespace,
                // Gateway API has one owner, and this is not it.
                values: { installGatewayAPI: false },
            },
            { parent: this },
        );

        new k8s.helm.v3.Release(
            `${name}-control-plane`,
            {
                ...chartReference(charts.linkerdControlPlane, args.mirror),
                name: charts.linkerdControlPlane.name,
                namespace: linkerdNamespace,
                values: controlPlaneValues(settings),
            },
            { parent: this, dependsOn: [definitions] },
        );

        this.registerOutputs({});
    }
}
