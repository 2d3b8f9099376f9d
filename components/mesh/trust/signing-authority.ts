import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

import { certManagerApi, ready } from "../../certificates/certificate.ts";
import { signingEarlyRenewalHours, signingHours } from "./lifetimes.ts";
import { type TrustRoot } from "./trust-root.ts";

export interface SigningAuthorityArgs {
    /** The root that signs this authority. */
    root: TrustRoot;

    /** The domain at the end of every workload's identity. */
    trustDomain: string;

    /** cert-manager's: where it looks for the keys of cluster issuers. */
    certManagerNamespace: string;
}

/**
 * The authority that signs in the cluster in the root's place: a key pair that cert-manager holds, and that can be
 * replaced without touching what the mesh trusts.
 */
export class SigningAuthority extends pulumi.ComponentResource {
    /** The ClusterIssuer's name. Resolves only once cert-manager can sign with it. */
    public readonly issuerName: pulumi.Output<string>;

    constructor(name: string, args: SigningAuthorityArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:SigningAuthority", name, {}, opts);

        const key = new tls.PrivateKey(`${name}-key`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, { parent: this });

        const request = new tls.CertRequest(
            `${name}-request`,
            {
                privateKeyPem: key.privateKeyPem,
                subject: { commonName: `signing.linkerd.${args.trustDomain}` },
            },
            { parent: this },
        );

        const certificate = new tls.LocallySignedCert(
            `${name}-certificate`,
            {
                certRequestPem: request.certRequestPem,
                caPrivateKeyPem: args.root.privateKeyPem,
                caCertPem: args.root.certPem,
                isCaCertificate: true,
                allowedUses: ["cert_signing", "crl_signing"],
                setSubjectKeyId: true,
                validityPeriodHours: signingHours,
                earlyRenewalHours: signingEarlyRenewalHours,
            },
            { parent: this },
        );

        const secret = new k8s.core.v1.Secret(
            `${name}-secret`,
            {
                metadata: { name: "linkerd-signing-ca", namespace: args.certManagerNamespace },
                type: "kubernetes.io/tls",
                stringData: {
                    // With the root behind it, so that cert-manager hands out whole chains and the root as `ca.crt`.
                    "tls.crt": pulumi.interpolate`${certificate.certPem}${args.root.certPem}`,
                    "tls.key": key.privateKeyPem,
                },
            },
            { parent: this },
        );

        const issuer = new k8s.apiextensions.CustomResource(
            `${name}-issuer`,
            {
                apiVersion: certManagerApi,
                kind: "ClusterIssuer",
                metadata: { name: "linkerd-signing-ca", annotations: ready },
                spec: { ca: { secretName: secret.metadata.name } },
            },
            { parent: this },
        );

        this.issuerName = issuer.metadata.name;

        this.registerOutputs({ issuerName: this.issuerName });
    }
}
