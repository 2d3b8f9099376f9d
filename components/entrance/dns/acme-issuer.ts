import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { certManagerApi, certManagerGroup, ready } from "../../certificates/certificate.ts";
import { acmeIssuer, proofAccount } from "../names.ts";

export interface AcmeIssuerArgs {
    /** The entrance's own. */
    namespace: pulumi.Input<string>;

    /** The authority's directory. */
    server: string;

    /** Where the authority writes about the account. */
    email: string;

    /** The names that it is asked for, and no others. */
    hostnames: readonly string[];

    /** Where the proof is put. */
    route53: {
        zoneId: pulumi.Input<string>;
        region: string;
        /** Which the account `proofAccount` may have. */
        roleArn: pulumi.Input<string>;
    };

    /** Under which cert-manager's controller runs. */
    certManager: { namespace: pulumi.Input<string>; serviceAccount: string };
}

/**
 * An account with an ACME authority, which proves by records in Route 53 that the names are the stack's. In the entrance's
 * namespace, with a role that is reached by a token of a service account there: cert-manager has no rights in AWS of its
 * own, which an issuer in any other namespace could use.
 */
export class AcmeIssuer extends pulumi.ComponentResource {
    /** For a Certificate's `issuerRef`. Resolves only once the authority knows the account. */
    public readonly issuerRef: pulumi.Output<{ group: string; kind: string; name: string }>;

    constructor(name: string, args: AcmeIssuerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:AcmeIssuer", name, {}, opts);

        const { namespace, route53, certManager } = args;
        const metadata = { name: proofAccount, namespace };

        const account = new k8s.core.v1.ServiceAccount(
            `${name}-account`,
            { metadata, automountServiceAccountToken: false },
            { parent: this },
        );

        const role = new k8s.rbac.v1.Role(
            `${name}-token-role`,
            {
                metadata,
                rules: [
                    {
                        apiGroups: [""],
                        resources: ["serviceaccounts/token"],
                        resourceNames: [proofAccount],
                        verbs: ["create"],
                    },
                ],
            },
            { parent: this },
        );

        const binding = new k8s.rbac.v1.RoleBinding(
            `${name}-token-binding`,
            {
                metadata,
                roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
                subjects: [
                    {
                        kind: "ServiceAccount",
                        name: certManager.serviceAccount,
                        namespace: certManager.namespace,
                    },
                ],
            },
            { parent: this },
        );

        const issuer = new k8s.apiextensions.CustomResource(
            `${name}-issuer`,
            {
                apiVersion: certManagerApi,
                kind: "Issuer",
                metadata: { name: acmeIssuer, namespace, annotations: ready },
                spec: {
                    acme: {
                        server: args.server,
                        email: args.email,
                        privateKeySecretRef: { name: `${acmeIssuer}-account` },
                        solvers: [
                            {
                                selector: { dnsNames: [...args.hostnames] },
                                dns01: {
                                    route53: {
                                        region: route53.region,
                                        hostedZoneID: route53.zoneId,
                                        role: route53.roleArn,
                                        auth: { kubernetes: { serviceAccountRef: { name: account.metadata.name } } },
                                    },
                                },
                            },
                        ],
                    },
                },
            },
            { parent: this, dependsOn: [binding] },
        );

        this.issuerRef = issuer.metadata.name.apply((issuerName) => ({
            group: certManagerGroup,
            kind: "Issuer",
            name: issuerName,
        }));

        this.registerOutputs({ issuerRef: this.issuerRef });
    }
}
