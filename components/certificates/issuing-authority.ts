import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { authorityDuration, certManagerApi, certManagerGroup, ecdsaP256, ready } from "./certificate.ts";

/** From where an authority can be asked: its own namespace, or the whole cluster. */
export const IssuingScope = { namespace: "Issuer", cluster: "ClusterIssuer" } as const;

export interface IssuingAuthorityArgs {
    /** Where the authority's key is kept. For the cluster's scope cert-manager looks only into its own namespace. */
    namespace: pulumi.Input<string>;

    /** Begins the names of the objects. Plain, because it decides what they are called. */
    objectName: string;

    /** The authority's own name, as its certificate says it. */
    commonName: string;

    /** Who may ask it. Plain, because it decides which resource exists. Defaults to the namespace. */
    scope?: (typeof IssuingScope)[keyof typeof IssuingScope];
}

/**
 * An authority whose key cert-manager makes and keeps in the cluster, for certificates that only the cluster's own parts
 * verify. It never renews itself: at a renewal, those who sign and those who verify would for a while disagree.
 */
export class IssuingAuthority extends pulumi.ComponentResource {
    /** For a Certificate's `issuerRef`. Resolves only once the authority can sign. */
    public readonly issuerRef: pulumi.Output<{ group: string; kind: string; name: string }>;

    constructor(name: string, args: IssuingAuthorityArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:IssuingAuthority", name, {}, opts);

        const kind = args.scope ?? IssuingScope.namespace;
        const authorityName = `${args.objectName}-ca`;

        const selfSigned = new k8s.apiextensions.CustomResource(
            `${name}-self-signed`,
            {
                apiVersion: certManagerApi,
                kind: "Issuer",
                metadata: {
                    name: `${args.objectName}-selfsigned`,
                    namespace: args.namespace,
                    annotations: ready,
                },
                spec: { selfSigned: {} },
            },
            { parent: this },
        );

        const certificate = new k8s.apiextensions.CustomResource(
            `${name}-certificate`,
            {
                apiVersion: certManagerApi,
                kind: "Certificate",
                metadata: { name: authorityName, namespace: args.namespace, annotations: ready },
                spec: {
                    isCA: true,
                    commonName: args.commonName,
                    secretName: authorityName,
                    duration: authorityDuration,
                    renewal: { policy: "Disabled" },
                    privateKey: ecdsaP256,
                    issuerRef: { group: certManagerGroup, kind: "Issuer", name: selfSigned.metadata.name },
                },
            },
            { parent: this },
        );

        const issuer = new k8s.apiextensions.CustomResource(
            `${name}-issuer`,
            {
                apiVersion: certManagerApi,
                kind,
                metadata: {
                    name: authorityName,
                    ...(kind === IssuingScope.namespace ? { namespace: args.namespace } : {}),
                    annotations: ready,
                },
                spec: { ca: { secretName: authorityName } },
            },
            { parent: this, dependsOn: [certificate] },
        );

        this.issuerRef = issuer.metadata.name.apply((issuerName) => ({
            group: certManagerGroup,
            kind,
            name: issuerName,
        }));

        this.registerOutputs({ issuerRef: this.issuerRef });
    }
}
