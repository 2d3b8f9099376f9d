import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { certManagerApi, ecdsaP256, ready } from "../certificates/certificate.ts";
import { IssuingAuthority } from "../certificates/issuing-authority.ts";
import { certificateSecret } from "./names.ts";

export interface EntranceCertificateArgs {
    namespace: pulumi.Input<string>;

    /** Every name that people use. */
    hostnames: readonly string[];

    /**
     * For `issuerRef`, where the certificate comes from. Defaults to an authority of the entrance's own, which no browser
     * trusts until somebody gives it to them. Plain, because it decides which resources exist.
     */
    issuer?: pulumi.Input<{ group: string; kind: string; name: string }> | undefined;
}

/** The certificate that people are shown, which cert-manager renews. */
export class EntranceCertificate extends pulumi.ComponentResource {
    /** The Secret with `tls.crt` and `tls.key`. Resolves only once it is issued. */
    public readonly secretName: pulumi.Output<string>;

    constructor(name: string, args: EntranceCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:EntranceCertificate", name, {}, opts);

        const issuerRef =
            args.issuer ??
            new IssuingAuthority(
                `${name}-authority`,
                { namespace: args.namespace, objectName: "entrance", commonName: "airflow-linkerd entrance" },
                { parent: this },
            ).issuerRef;

        const certificate = new k8s.apiextensions.CustomResource(
            `${name}-served`,
            {
                apiVersion: certManagerApi,
                kind: "Certificate",
                metadata: { name: certificateSecret, namespace: args.namespace, annotations: ready },
                spec: {
                    secretName: certificateSecret,
                    dnsNames: [...args.hostnames],
                    usages: ["server auth"],
                    // ACME's authorities give what they give, and ever shorter ones: renewed by what was given.
                    duration: "2160h",
                    renewBeforePercentage: 33,
                    privateKey: ecdsaP256,
                    issuerRef,
                },
            },
            { parent: this },
        );

        this.secretName = certificate.metadata.name.apply(() => certificateSecret);

        this.registerOutputs({ secretName: this.secretName });
    }
}
