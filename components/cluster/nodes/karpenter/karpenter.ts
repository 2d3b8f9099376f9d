import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type ChartMirror, chartReference, charts } from "../../../charts.ts";
import { type ImageSource } from "../../../images.ts";
import { karpenterAccount } from "./karpenter-rights.ts";
import { karpenterValues } from "./karpenter-values.ts";

export interface KarpenterArgs {
    clusterName: string;

    /** The queue of AWS's warnings. Resolves only once Karpenter's pods can get their role. */
    queueName: pulumi.Input<string>;

    /** Where charts come from. Defaults to the official repositories. */
    mirror?: ChartMirror;

    /** Where images come from. Defaults to where each is published. */
    images?: ImageSource | undefined;
}

/** What adds a node when tasks wait for one, and removes it when it is empty. It runs on the platform's nodes. */
export class Karpenter extends pulumi.ComponentResource {
    constructor(name: string, args: KarpenterArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:Karpenter", name, {}, opts);

        const { namespace } = karpenterAccount;
        const definitions = new k8s.helm.v3.Release(
            `${name}-crds`,
            {
                ...chartReference(charts.karpenterCrds, args.mirror),
                name: charts.karpenterCrds.name,
                namespace,
            },
            { parent: this },
        );

        new k8s.helm.v3.Release(
            `${name}-release`,
            {
                ...chartReference(charts.karpenter, args.mirror),
                name: charts.karpenter.name,
                namespace,
                // The definitions have a release of their own, which updates them. Helm would only ever make them.
                skipCrds: true,
                values: pulumi
                    .output(args.queueName)
                    .apply((queueName) =>
                        karpenterValues({ clusterName: args.clusterName, queueName, images: args.images }),
                    ),
            },
            { parent: this, dependsOn: [definitions] },
        );

        this.registerOutputs({});
    }
}
