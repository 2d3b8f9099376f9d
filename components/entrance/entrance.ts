import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type ClientAddress, clientRules } from "./client-rules.ts";
import { type DataPlane, envoyProxySpec } from "./data-plane.ts";
import { EntranceRoute, type Host } from "./entrance-route.ts";
import { gatewaySpec } from "./gateway-spec.ts";
import { controllerName, entranceNamespace, envoyGatewayApi, gatewayGroup, gatewayName } from "./names.ts";

export interface EntranceArgs {
    /** The entrance's own. Resolves only once it is there. */
    namespace: pulumi.Input<string>;

    /** The host names with what they lead to. Plain, because they decide which resources exist. */
    hosts: readonly Host[];

    /** The Secret in the namespace with the certificate for all of them. */
    certificateSecret: pulumi.Input<string>;

    /** How clients' addresses come to Envoy. Plain, because a wrong one lets clients make theirs up. */
    clientAddress: ClientAddress;

    /** What Envoy's pods are like. Plain, so that a preview shows it. */
    dataPlane: DataPlane;
}

/**
 * The one way in for people: Envoy, meshed, which ends their TLS and leads each host name to one Service. Depends on the
 * definitions, on Envoy Gateway, and on the policies of its namespace: its pods start with whatever they allow.
 */
export class Entrance extends pulumi.ComponentResource {
    constructor(name: string, args: EntranceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:Entrance", name, {}, opts);

        const { namespace } = args;

        const proxy = new k8s.apiextensions.CustomResource(
            `${name}-proxy`,
            {
                apiVersion: envoyGatewayApi,
                kind: "EnvoyProxy",
                metadata: { name: gatewayName, namespace },
                spec: envoyProxySpec(args.dataPlane),
            },
            { parent: this },
        );

        const gatewayClass = new k8s.apiextensions.CustomResource(
            `${name}-class`,
            {
                apiVersion: `${gatewayGroup}/v1`,
                kind: "GatewayClass",
                metadata: { name: gatewayName },
                spec: {
                    controllerName,
                    parametersRef: {
                        group: envoyGatewayApi.split("/")[0],
                        kind: "EnvoyProxy",
                        name: gatewayName,
                        namespace: entranceNamespace,
                    },
                },
            },
            { parent: this, dependsOn: [proxy] },
        );

        const rules = new k8s.apiextensions.CustomResource(
            `${name}-client-rules`,
            {
                apiVersion: envoyGatewayApi,
                kind: "ClientTrafficPolicy",
                metadata: { name: gatewayName, namespace },
                spec: clientRules(gatewayName, args.clientAddress),
            },
            { parent: this },
        );

        const gateway = new k8s.apiextensions.CustomResource(
            `${name}-gateway`,
            {
                apiVersion: `${gatewayGroup}/v1`,
                kind: "Gateway",
                // Programmed once Envoy runs and has been told all of it.
                metadata: {
                    name: gatewayName,
                    namespace,
                    annotations: { "pulumi.com/waitFor": "condition=Programmed" },
                },
                spec: gatewaySpec(args.hosts, args.certificateSecret),
            },
            // The rules come first, so that nobody is let in without them.
            { parent: this, dependsOn: [gatewayClass, rules] },
        );

        for (const host of args.hosts) {
            new EntranceRoute(`${name}-${host.name}`, { namespace, host }, { parent: this, dependsOn: [gateway] });
        }

        this.registerOutputs({});
    }
}
