import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { certManagerApi, ecdsaP256, ready } from "../../certificates/certificate.ts";
import { IssuingAuthority } from "../../certificates/issuing-authority.ts";

export interface PostgresCertificateArgs {
    namespace: pulumi.Input<string>;

    /** The Service that clients connect to. Plain, because objects are named after it. */
    service: string;

    /** The Secret that cert-manager writes `tls.crt`, `tls.key` and `ca.crt` to. */
    secretName: string;

    /** All DNS names that clients use for the server. */
    dnsNames: string[];
}

/** A server certificate for PostgreSQL, from an authority that signs nothing else. */
export class PostgresCertificate extends pulumi.ComponentResource {
    constructor(name: string, args: PostgresCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:PostgresCertificate", name, {}, opts);

        const authority = new IssuingAuthority(
            `${name}-authority`,
            {
                namespace: args.namespace,
                objectName: args.service,
                commonName: `${args.service}-ca`,
            },
            { parent: this },
        );

        new k8s.apiextensions.CustomResource(
            `${name}-server`,
            {
                apiVersion: certManagerApi,
                kind: "Certificate",
                metadata: { name: args.service, namespace: args.namespace, annotations: ready },
                spec: {
                    secretName: args.secretName,
                    dnsNames: args.dnsNames,
                    usages: ["server auth"],
                    // PostgreSQL reads its certificate only when it starts, and this one is for development.
                    duration: "8760h",
                    renewBefore: "2160h",
                    privateKey: ecdsaP256,
                    issuerRef: authority.issuerRef,
                },
            },
            { parent: this },
        );

        this.registerOutputs({});
    }
}
