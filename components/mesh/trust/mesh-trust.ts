import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { certManagerApi, certManagerGroup, ecdsaP256, ready } from "../../certificates/certificate.ts";
import { below, problemLines } from "../../problem.ts";
import { defaultLifetimes, duration, lifetimeProblem, type Lifetimes } from "./lifetimes.ts";
import { certManagerNamespace, controlPlaneLabels, linkerdNamespace, trustedLabels } from "../names.ts";
import { SigningAuthority } from "./signing-authority.ts";
import { TrustRoot } from "./trust-root.ts";
import { WebhookCertificates } from "./webhook-certificates.ts";

export interface MeshTrustArgs {
    /** The domain at the end of every workload's identity, such as `cluster.local`. */
    trustDomain: string;

    /** The generations of the root that are trusted. Plain, because they decide which roots exist. */
    generations: readonly number[];

    /** The generation that signs. Not the newest only while a rotation is under way. */
    signer: number;

    /** How long certificates live. Defaults to Linkerd's recommendation. */
    lifetimes?: Lifetimes;

    /** Where cert-manager is, and looks for the keys of cluster issuers. Defaults to `cert-manager`. */
    certManagerNamespace?: string | undefined;

    /** The namespace from whose ConfigMaps trust-manager takes roots. Defaults to cert-manager's. */
    trustNamespace?: string | undefined;
}

/**
 * What the mesh trusts and what signs for it: roots, signing CA, identity issuer, webhook certificates, and the bundle
 * of roots that Linkerd reads. The roots' private keys never enter the cluster.
 */
export class MeshTrust extends pulumi.ComponentResource {
    /** SHA-256 of each trusted root's certificate, in hex, in the order of the generations. */
    public readonly rootFingerprints: pulumi.Output<string[]>;

    constructor(name: string, args: MeshTrustArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:MeshTrust", name, {}, opts);

        const lifetimes = args.lifetimes ?? defaultLifetimes;
        const problems = below(["lifetimes"], lifetimeProblem(lifetimes));
        if (problems.length > 0) {
            throw new pulumi.ResourceError(problemLines(problems), this);
        }

        const certManager = args.certManagerNamespace ?? certManagerNamespace;
        const trustNamespace = args.trustNamespace ?? certManager;
        const roots = args.generations.map(
            (generation) =>
                new TrustRoot(
                    `${name}-root-g${generation}`,
                    { generation, trustDomain: args.trustDomain, trustNamespace },
                    { parent: this },
                ),
        );

        const signer = roots[args.generations.indexOf(args.signer)];
        if (!signer) {
            throw new pulumi.ResourceError(
                `signer is ${args.signer}: it must be one of generations (${args.generations.join(", ")}), or no ` +
                    `proxy would trust what it signs. Add it there first.`,
                this,
            );
        }

        const authority = new SigningAuthority(
            `${name}-signing`,
            { root: signer, trustDomain: args.trustDomain, certManagerNamespace: certManager },
            { parent: this },
        );

        new k8s.apiextensions.CustomResource(
            `${name}-identity-issuer`,
            {
                apiVersion: certManagerApi,
                kind: "Certificate",
                metadata: { name: "linkerd-identity-issuer", namespace: linkerdNamespace, annotations: ready },
                spec: {
                    isCA: true,
                    commonName: `identity.linkerd.${args.trustDomain}`,
                    secretName: "linkerd-identity-issuer",
                    duration: duration(lifetimes.issuerHours),
                    renewBefore: duration(lifetimes.issuerRenewBeforeHours),
                    privateKey: ecdsaP256,
                    issuerRef: { group: certManagerGroup, kind: "ClusterIssuer", name: authority.issuerName },
                },
            },
            { parent: this },
        );

        new k8s.apiextensions.CustomResource(
            `${name}-bundle`,
            {
                apiVersion: "trust.cert-manager.io/v1alpha1",
                kind: "Bundle",
                metadata: {
                    name: "linkerd-identity-trust-roots",
                    annotations: { "pulumi.com/waitFor": "condition=Synced" },
                },
                spec: {
                    // By label: a source that is named and missing would stop the bundle.
                    sources: [{ configMap: { selector: { matchLabels: trustedLabels }, key: "ca.crt" } }],
                    target: {
                        configMap: { key: "ca-bundle.crt" },
                        namespaceSelector: { matchLabels: controlPlaneLabels },
                    },
                },
            },
            { parent: this, dependsOn: roots },
        );

        new WebhookCertificates(`${name}-webhooks`, { certManagerNamespace: certManager }, { parent: this });

        this.rootFingerprints = pulumi.all(roots.map((root) => root.fingerprint));

        this.registerOutputs({ rootFingerprints: this.rootFingerprints });
    }
}
