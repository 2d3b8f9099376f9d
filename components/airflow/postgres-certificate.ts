import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const issuerGroup = "cert-manager.io";
const certificates = `${issuerGroup}/v1`;
const ecdsa = { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" };

/** Makes Pulumi wait until cert-manager has issued, which for a custom resource it does not do by itself. */
const ready = { "pulumi.com/waitFor": "condition=Ready" };

export interface PostgresCertificateArgs {
    namespace: pulumi.Input<string>;

    /** The Service that clients connect to. Plain, because objects are named after it. */
    service: string;

    /** The Secret that takes `tls.crt`, `tls.key` and `ca.crt`. */
    secretName: string;

    /** Every name by which clients may call the server. */
    dnsNames: string[];
}

/** A server certificate for PostgreSQL from an authority that signs for nothing else. */
export class PostgresCertificate extends pulumi.ComponentResource {
    constructor(name: string, args: PostgresCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:PostgresCertificate", name, {}, opts);

        const metadata = (suffix: string) => ({
            name: `${args.service}${suffix}`,
            namespace: args.namespace,
            annotations: ready,
        });

        const selfSigned = new k8s.apiextensions.CustomResource(
            `${name}-self-signed`,
            {
                apiVersion: certificates,
                kind: "Issuer",
                metadata: metadata("-selfsigned"),
                spec: { selfSigned: {} },
            },
            { parent: this },
        );

        const authority = new k8s.apiextensions.CustomResource(
            `${name}-ca`,
            {
                apiVersion: certificates,
                kind: "Certificate",
                metadata: metadata("-ca"),
                spec: {
                    isCA: true,
                    commonName: `${args.service}-ca`,
                    secretName: `${args.service}-ca`,
                    duration: "87600h",
                    renewal: { policy: "Disabled" },
                    privateKey: ecdsa,
                    issuerRef: { group: issuerGroup, kind: "Issuer", name: selfSigned.metadata.name },
                },
            },
            { parent: this },
        );

        const issuer = new k8s.apiextensions.CustomResource(
            `${name}-issuer`,
            {
                apiVersion: certificates,
                kind: "Issuer",
                metadata: metadata("-ca"),
                spec: { ca: { secretName: `${args.service}-ca` } },
            },
            { parent: this, dependsOn: [authority] },
        );

        new k8s.apiextensions.CustomResource(
            `${name}-server`,
            {
                apiVersion: certificates,
                kind: "Certificate",
                metadata: metadata(""),
                spec: {
                    secretName: args.secretName,
                    dnsNames: args.dnsNames,
                    usages: ["server auth"],
                    // PostgreSQL reads its certificate only when it starts, and this one is for development.
                    duration: "8760h",
                    renewBefore: "2160h",
                    privateKey: ecdsa,
                    issuerRef: { group: issuerGroup, kind: "Issuer", name: issuer.metadata.name },
                },
            },
            { parent: this },
        );

        this.registerOutputs({});
    }
}
