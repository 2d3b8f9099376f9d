import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { duration, rootHours, webhookHours, webhookRenewBeforeHours } from "./lifetimes.ts";
import { certManagerNamespace, linkerdNamespace, ready, vizNamespace } from "./names.ts";

const certificates = "cert-manager.io/v1";
const ecdsa = { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" };
const issuerGroup = "cert-manager.io";

/** Secrets and host names are those that Linkerd's charts mount and register, by the certificate's name. */
const webhooks = [
    { suffix: "proxy-injector", namespace: linkerdNamespace, name: "linkerd-proxy-injector" },
    { suffix: "sp-validator", namespace: linkerdNamespace, name: "linkerd-sp-validator" },
    // The policy controller is written in Rust and reads no other encoding.
    { suffix: "policy-validator", namespace: linkerdNamespace, name: "linkerd-policy-validator", encoding: "PKCS8" },
    { suffix: "tap", namespace: vizNamespace, name: "tap" },
    { suffix: "tap-injector", namespace: vizNamespace, name: "linkerd-tap-injector", service: "tap-injector" },
];

/**
 * The certificates of Linkerd's webhooks, from an authority of their own. Were each its own authority, then after a
 * renewal the API server and the pod would for a while hold different ones, and no pod could be created.
 */
export class WebhookCertificates extends pulumi.ComponentResource {
    constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:WebhookCertificates", name, {}, opts);

        const selfSigned = new k8s.apiextensions.CustomResource(
            `${name}-self-signed`,
            {
                apiVersion: certificates,
                kind: "Issuer",
                metadata: { name: "linkerd-webhook-selfsigned", namespace: certManagerNamespace, annotations: ready },
                spec: { selfSigned: {} },
            },
            { parent: this },
        );

        const authority = new k8s.apiextensions.CustomResource(
            `${name}-ca`,
            {
                apiVersion: certificates,
                kind: "Certificate",
                metadata: { name: "linkerd-webhook-ca", namespace: certManagerNamespace, annotations: ready },
                spec: {
                    isCA: true,
                    commonName: "webhook.linkerd",
                    secretName: "linkerd-webhook-ca",
                    duration: duration(rootHours),
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
                kind: "ClusterIssuer",
                metadata: { name: "linkerd-webhook-ca", annotations: ready },
                spec: { ca: { secretName: "linkerd-webhook-ca" } },
            },
            { parent: this, dependsOn: [authority] },
        );

        for (const webhook of webhooks) {
            const service = webhook.service ?? webhook.name;
            new k8s.apiextensions.CustomResource(
                `${name}-${webhook.suffix}`,
                {
                    apiVersion: certificates,
                    kind: "Certificate",
                    metadata: { name: webhook.name, namespace: webhook.namespace, annotations: ready },
                    spec: {
                        secretName: `${service}-k8s-tls`,
                        dnsNames: [`${service}.${webhook.namespace}.svc`],
                        usages: ["server auth"],
                        duration: duration(webhookHours),
                        renewBefore: duration(webhookRenewBeforeHours),
                        privateKey: { ...ecdsa, ...(webhook.encoding ? { encoding: webhook.encoding } : {}) },
                        issuerRef: { group: issuerGroup, kind: "ClusterIssuer", name: issuer.metadata.name },
                    },
                },
                { parent: this },
            );
        }

        this.registerOutputs({});
    }
}
