import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { certManagerApi, ecdsaP256, ready } from "../../certificates/certificate.ts";
import { IssuingAuthority } from "../../certificates/issuing-authority.ts";
import { controller, entranceNamespace } from "../names.ts";

/** The Secrets that Envoy Gateway reads, by its own names, with the host names that each is for. */
const certificates = [
    { secret: "envoy-gateway", hosts: [controller.service, ...hostsOf(controller.service)] },
    { secret: "envoy", hosts: [`*.${entranceNamespace}`] },
    { secret: "envoy-rate-limit", hosts: [`*.${entranceNamespace}`] },
] as const;

export interface ControllerCertificatesArgs {
    namespace: pulumi.Input<string>;
}

/**
 * What Envoy Gateway and Envoy prove themselves to each other with, and the key of the cookies of a login at the entrance.
 * The chart's own Job would make them once, for five years, and leave them behind; it keeps what it finds.
 */
export class ControllerCertificates extends pulumi.ComponentResource {
    constructor(name: string, args: ControllerCertificatesArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:ControllerCertificates", name, {}, opts);

        const authority = new IssuingAuthority(
            `${name}-authority`,
            { namespace: args.namespace, objectName: "envoy-gateway", commonName: "envoy-gateway.entrance" },
            { parent: this },
        );

        for (const { secret, hosts } of certificates) {
            new k8s.apiextensions.CustomResource(
                `${name}-${secret}`,
                {
                    apiVersion: certManagerApi,
                    kind: "Certificate",
                    metadata: { name: secret, namespace: args.namespace, annotations: ready },
                    spec: {
                        secretName: secret,
                        dnsNames: [...hosts],
                        usages: ["server auth", "client auth"],
                        duration: "2160h",
                        renewBefore: "720h",
                        privateKey: ecdsaP256,
                        issuerRef: authority.issuerRef,
                    },
                },
                { parent: this },
            );
        }

        const cookieKey = new random.RandomBytes(`${name}-cookie-key`, { length: 32 }, { parent: this });

        new k8s.core.v1.Secret(
            `${name}-cookies`,
            {
                metadata: { name: "envoy-oidc-hmac", namespace: args.namespace },
                data: { "hmac-secret": cookieKey.base64 },
            },
            { parent: this },
        );

        this.registerOutputs({});
    }
}

function hostsOf(service: string): string[] {
    const host = `${service}.${entranceNamespace}`;
    return [host, `${host}.svc`, `${host}.svc.cluster.local`];
}
