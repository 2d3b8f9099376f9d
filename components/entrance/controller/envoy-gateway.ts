import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type ChartMirror, chartReference, charts } from "../../charts.ts";
import { type ImageSource } from "../../images.ts";
import { entranceNamespace } from "../names.ts";
import { ControllerCertificates } from "./controller-certificates.ts";
import { envoyGatewayValues } from "./envoy-gateway-values.ts";

export interface EnvoyGatewayArgs {
    /** The entrance's own. */
    namespace: pulumi.Input<string>;

    /** The namespaces that it leads to. Plain, because its rights are made of them. */
    backendNamespaces: readonly string[];

    /** Two controllers, of which one leads. Defaults to false. */
    highAvailability?: boolean;

    /** Where charts come from. Defaults to the official repositories. */
    mirror?: ChartMirror;

    /** Where images come from. Defaults to where each is published. */
    images?: ImageSource | undefined;
}

/** Envoy Gateway: the controller that runs Envoy and tells it what a Gateway and its routes say. */
export class EnvoyGateway extends pulumi.ComponentResource {
    /** The revision of the release, whose pods are meshed: another one whenever they may be others. */
    public readonly revision: pulumi.Output<number>;

    constructor(name: string, args: EnvoyGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:EnvoyGateway", name, {}, opts);

        const certificates = new ControllerCertificates(
            `${name}-certificates`,
            { namespace: args.namespace },
            { parent: this },
        );

        const release = new k8s.helm.v3.Release(
            `${name}-release`,
            {
                ...chartReference(charts.envoyGateway, args.mirror),
                name: charts.envoyGateway.name,
                namespace: args.namespace,
                skipCrds: true,
                values: envoyGatewayValues({
                    highAvailability: args.highAvailability ?? false,
                    namespaces: [entranceNamespace, ...args.backendNamespaces],
                    images: args.images,
                }),
            },
            { parent: this, dependsOn: [certificates] },
        );

        this.revision = release.status.revision;

        this.registerOutputs({ revision: this.revision });
    }
}
