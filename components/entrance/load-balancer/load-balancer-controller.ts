import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { IssuingAuthority } from "../../certificates/issuing-authority.ts";
import { type ChartMirror, chartReference, charts } from "../../charts.ts";
import { type ImageSource } from "../../images.ts";
import { loadBalancerValues } from "./load-balancer-values.ts";

export interface LoadBalancerControllerArgs {
    /** Its own. Resolves only once it is there. */
    namespace: pulumi.Input<string>;

    /** By which what it makes in AWS is known to be this cluster's. Plain, because its rights are bound to it. */
    clusterName: string;

    region: string;

    vpcId: pulumi.Input<string>;

    /** Annotations of its service account. Resolves only once its pods can get their role. */
    serviceAccountAnnotations: pulumi.Input<Record<string, string>>;

    /** Tags of what it makes in AWS, which does not get the provider's default tags. Defaults to none. */
    tags?: Readonly<Record<string, string>>;

    /** Two controllers, of which one leads. Defaults to false. */
    highAvailability?: boolean;

    /** Where charts come from. Defaults to the official repositories. */
    mirror?: ChartMirror;

    /** Where images come from. Defaults to where each is published. */
    images?: ImageSource | undefined;
}

/**
 * The AWS Load Balancer Controller, which makes a Network Load Balancer of the entrance's Service, and takes it away with the
 * Service: the controller must be there before it and after. Its webhook's certificate comes from cert-manager and renews
 * itself.
 */
export class LoadBalancerController extends pulumi.ComponentResource {
    /** The revision of the release, whose pods are meshed: another one whenever they may be others. */
    public readonly revision: pulumi.Output<number>;

    constructor(name: string, args: LoadBalancerControllerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:LoadBalancerController", name, {}, opts);

        const authority = new IssuingAuthority(
            `${name}-authority`,
            {
                namespace: args.namespace,
                objectName: "load-balancer-webhook",
                commonName: "webhook.load-balancer",
            },
            { parent: this },
        );

        const release = new k8s.helm.v3.Release(
            `${name}-release`,
            {
                ...chartReference(charts.loadBalancerController, args.mirror),
                name: charts.loadBalancerController.name,
                namespace: args.namespace,
                values: pulumi
                    .all([args.vpcId, args.serviceAccountAnnotations, authority.issuerRef])
                    .apply(([vpcId, annotations, issuerRef]) =>
                        loadBalancerValues({
                            clusterName: args.clusterName,
                            region: args.region,
                            vpcId,
                            issuerRef,
                            annotations,
                            tags: args.tags ?? {},
                            highAvailability: args.highAvailability ?? false,
                            images: args.images,
                        }),
                    ),
            },
            // Deleted while the issuer is there, which is named in values alone.
            { parent: this, dependsOn: [authority] },
        );

        this.revision = release.status.revision;

        this.registerOutputs({ revision: this.revision });
    }
}
