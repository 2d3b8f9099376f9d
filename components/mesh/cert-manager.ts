import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type ChartMirror, chartReference, charts } from "../charts.ts";
import { type ImageSource } from "../images.ts";
import { certManagerValues, trustManagerValues } from "./cert-manager-values.ts";
import { certManagerNamespace } from "./names.ts";

export interface CertManagerArgs {
    /** Where charts come from. Defaults to the official repositories. */
    mirror?: ChartMirror;

    /** Where images come from. Defaults to where each is published. */
    images?: ImageSource | undefined;

    /** Several replicas of each controller. Defaults to false. */
    highAvailability?: boolean;
}

/**
 * cert-manager, which issues and renews certificates, and trust-manager, which hands out the roots to verify them. Their
 * namespace must be there.
 */
export class CertManager extends pulumi.ComponentResource {
    constructor(name: string, args: CertManagerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:CertManager", name, {}, opts);

        const highAvailability = args.highAvailability ?? false;

        const issuing = new k8s.helm.v3.Release(
            `${name}-issuing`,
            {
                ...chartReference(charts.certManager, args.mirror),
                name: charts.certManager.name,
                namespace: certManagerNamespace,
                values: certManagerValues(highAvailability, args.images),
            },
            { parent: this },
        );

        // trust-manager's own webhook certificate comes from cert-manager.
        new k8s.helm.v3.Release(
            `${name}-trust`,
            {
                ...chartReference(charts.trustManager, args.mirror),
                name: charts.trustManager.name,
                namespace: certManagerNamespace,
                values: trustManagerValues(highAvailability, certManagerNamespace, args.images),
            },
            { parent: this, dependsOn: [issuing] },
        );

        this.registerOutputs({});
    }
}
