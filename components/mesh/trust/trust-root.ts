import { createHash } from "node:crypto";

import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

import { rootHours } from "./lifetimes.ts";
import { trustedLabels } from "../names.ts";

export interface TrustRootArgs {
    /** Which root this is, counted from 1. Plain, because it is in the names of the objects. */
    generation: number;

    /** The domain at the end of every workload's identity. */
    trustDomain: string;

    /** trust-manager's: the one from whose ConfigMaps roots are taken. */
    trustNamespace: string;
}

/**
 * One generation of the mesh's trust anchor. Its certificate is put where trust-manager collects trusted roots; its
 * private key stays in the stack's encrypted state.
 */
export class TrustRoot extends pulumi.ComponentResource {
    public readonly certPem: pulumi.Output<string>;
    /** A secret. For signing the CA that signs in the cluster, and for nothing else. */
    public readonly privateKeyPem: pulumi.Output<string>;
    /** SHA-256 of the certificate, in hex. */
    public readonly fingerprint: pulumi.Output<string>;

    constructor(name: string, args: TrustRootArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:TrustRoot", name, {}, opts);

        const key = new tls.PrivateKey(
            `${name}-key`,
            // Linkerd's check accepts few other keys, and its issuer none.
            { algorithm: "ECDSA", ecdsaCurve: "P256" },
            { parent: this },
        );

        const certificate = new tls.SelfSignedCert(
            `${name}-certificate`,
            {
                privateKeyPem: key.privateKeyPem,
                subject: { commonName: `root-g${args.generation}.linkerd.${args.trustDomain}` },
                isCaCertificate: true,
                allowedUses: ["cert_signing", "crl_signing"],
                setSubjectKeyId: true,
                setAuthorityKeyId: true,
                validityPeriodHours: rootHours,
            },
            { parent: this },
        );

        new k8s.core.v1.ConfigMap(
            `${name}-trusted`,
            {
                metadata: {
                    name: `linkerd-trust-root-g${args.generation}`,
                    namespace: args.trustNamespace,
                    labels: trustedLabels,
                },
                data: { "ca.crt": certificate.certPem },
            },
            { parent: this },
        );

        this.certPem = certificate.certPem;
        this.privateKeyPem = key.privateKeyPem;
        this.fingerprint = certificate.certPem.apply(fingerprint);

        this.registerOutputs({
            certPem: this.certPem,
            privateKeyPem: this.privateKeyPem,
            fingerprint: this.fingerprint,
        });
    }
}

function fingerprint(pem: string): string {
    const der = Buffer.from(pem.replace(/-----[^-]+-----/g, ""), "base64");
    return createHash("sha256").update(der).digest("hex");
}
