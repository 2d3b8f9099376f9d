import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type ChartMirror, chartReference, charts } from "../charts.ts";
import { type ImageSource } from "../images.ts";
import { certManagerValues, trustManagerValues } from "./cert-manager-values.ts";
import { certManagerNamespace, ownLabels } from "./names.ts";

export interface CertManagerArgs {
    /** Where charts come from. Defaults to the official repositories. */
    mirror?: ChartMirror;

    /** Where images come from. Defaults to where each is published. */
    images?: ImageSource | undefined;

    /** Several replicas of each controller. Defaults to false. */
    highAvailability?: boolean;

    /** Whether an issuer proves names by DNS. Plain, so that a preview shows it. Defaults to false. */
    provesByDns?: boolean;

    /** Where a cert-manager of somebody else's is. Plain, because it decides which releases exist. Defaults to none. */
    existingCertManager?: string | undefined;

    /** The trust namespace of a trust-manager of somebody else's. Plain for the same reason. Defaults to none. */
    existingTrustManager?: string | undefined;
}

/**
 * cert-manager, which issues and renews certificates, and trust-manager, which hands out the roots to verify them. Their
 * namespace must be there. Makes neither where the cluster has it already.
 */
export class CertManager extends pulumi.ComponentResource {
    constructor(name: string, args: CertManagerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:CertManager", name, {}, opts);

        const highAvailability = args.highAvailability ?? false;

        const { existingCertManager, existingTrustManager } = args;
        const namespace = existingCertManager ?? certManagerNamespace;

        const issuing =
            existingCertManager === undefined
                ? [
                      new k8s.helm.v3.Release(
                          `${name}-issuing`,
                          {
                              ...chartReference(charts.certManager, args.mirror),
                              name: charts.certManager.name,
                              namespace,
                              values: certManagerValues({
                                  highAvailability,
                                  provesByDns: args.provesByDns,
                                  images: args.images,
                              }),
                          },
                          { parent: this },
                      ),
                  ]
                : [];

        if (existingTrustManager === undefined) {
            // trust-manager's own webhook certificate comes from cert-manager.
            new k8s.helm.v3.Release(
                `${name}-trust`,
                {
                    ...chartReference(charts.trustManager, args.mirror),
                    name: charts.trustManager.name,
                    namespace,
                    values: {
                        ...trustManagerValues(highAvailability, namespace, args.images),
                        ...(existingCertManager === undefined ? {} : { commonLabels: ownLabels }),
                    },
                },
                { parent: this, dependsOn: issuing },
            );
        }

        this.registerOutputs({});
    }
}
