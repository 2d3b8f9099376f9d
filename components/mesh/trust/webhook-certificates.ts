import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { certManagerApi, ecdsaP256, ready } from "../../certificates/certificate.ts";
import { IssuingAuthority, IssuingScope } from "../../certificates/issuing-authority.ts";
import { duration, webhookHours, webhookRenewBeforeHours } from "./lifetimes.ts";
import { linkerdNamespace, vizNamespace } from "../names.ts";

/** Secrets and host names are those that Linkerd's charts mount and register, by the certificate's name. */
const webhooks = [
    { suffix: "proxy-injector", namespace: linkerdNamespace, name: "linkerd-proxy-injector" },
    { suffix: "sp-validator", namespace: linkerdNamespace, name: "linkerd-sp-validator" },
    // The policy controller is written in Rust and reads no other encoding.
    { suffix: "policy-validator", namespace: linkerdNamespace, name: "linkerd-policy-validator", encoding: "PKCS8" },
    { suffix: "tap", namespace: vizNamespace, name: "tap" },
    { suffix: "tap-injector", namespace: vizNamespace, name: "linkerd-tap-injector", service: "tap-injector" },
];

export interface WebhookCertificatesArgs {
    /** cert-manager's: where it looks for the keys of cluster issuers. */
    certManagerNamespace: string;
}

/**
 * The certificates of Linkerd's webhooks, from an authority of their own. Were each its own authority, then after a
 * renewal the API server and the pod would for a while hold different ones, and no pod could be created.
 */
export class WebhookCertificates extends pulumi.ComponentResource {
    constructor(name: string, args: WebhookCertificatesArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:WebhookCertificates", name, {}, opts);

        const authority = new IssuingAuthority(
            `${name}-authority`,
            {
                namespace: args.certManagerNamespace,
                objectName: "linkerd-webhook",
                commonName: "webhook.linkerd",
                scope: IssuingScope.cluster,
            },
            { parent: this },
        );

        for (const webhook of webhooks) {
            const service = webhook.service ?? webhook.name;
            new k8s.apiextensions.CustomResource(
                `${name}-${webhook.suffix}`,
                {
                    apiVersion: certManagerApi,
                    kind: "Certificate",
                    metadata: { name: webhook.name, namespace: webhook.namespace, annotations: ready },
                    spec: {
                        secretName: `${service}-k8s-tls`,
                        dnsNames: [`${service}.${webhook.namespace}.svc`],
                        usages: ["server auth"],
                        duration: duration(webhookHours),
                        renewBefore: duration(webhookRenewBeforeHours),
                        privateKey: { ...ecdsaP256, ...(webhook.encoding ? { encoding: webhook.encoding } : {}) },
                        issuerRef: authority.issuerRef,
                    },
                },
                { parent: this },
            );
        }

        this.registerOutputs({});
    }
}
