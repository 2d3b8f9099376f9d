import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { backendRules } from "./backend-rules.ts";
import { entranceNamespace, envoyGatewayApi, gatewayGroup, gatewayName } from "./names.ts";

/** A Service that a host name leads to. */
export interface Backend {
    /** Plain, because the controller's rights are made of it. */
    readonly namespace: string;
    readonly service: string;
    readonly port: number;
}

/** A host name with what it leads to. */
export interface Host {
    /** A DNS label, which names the objects and the listener. Plain for that reason. */
    readonly name: string;
    readonly hostname: string;
    readonly backend: Backend;
    /** The most that a request's body may hold. Defaults to no bound, for what streams both ways, such as WebSockets. */
    readonly largestRequest?: string;
}

export interface EntranceRouteArgs {
    /** The entrance's own. */
    namespace: pulumi.Input<string>;

    /** Plain, because it names the objects. */
    host: Host;
}

/** The way from one host name to one Service, with all that is allowed and bounded on it. */
export class EntranceRoute extends pulumi.ComponentResource {
    constructor(name: string, args: EntranceRouteArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:EntranceRoute", name, {}, opts);

        const { host, namespace } = args;
        const { backend } = host;

        // Who owns the Service says that it may be led to from here: nobody else's route can.
        const grant = new k8s.apiextensions.CustomResource(
            `${name}-grant`,
            {
                apiVersion: `${gatewayGroup}/v1beta1`,
                kind: "ReferenceGrant",
                metadata: { name: `entrance-${host.name}`, namespace: backend.namespace },
                spec: {
                    from: [{ group: gatewayGroup, kind: "HTTPRoute", namespace: entranceNamespace }],
                    to: [{ group: "", kind: "Service", name: backend.service }],
                },
            },
            { parent: this },
        );

        const rules = new k8s.apiextensions.CustomResource(
            `${name}-rules`,
            {
                apiVersion: envoyGatewayApi,
                kind: "BackendTrafficPolicy",
                metadata: { name: host.name, namespace },
                spec: backendRules(host),
            },
            { parent: this },
        );

        // Last of all, so that no request passes before its rules are there, and none after they are gone.
        new k8s.apiextensions.CustomResource(
            `${name}-route`,
            {
                apiVersion: `${gatewayGroup}/v1`,
                kind: "HTTPRoute",
                metadata: { name: host.name, namespace },
                spec: {
                    parentRefs: [{ group: gatewayGroup, kind: "Gateway", name: gatewayName, sectionName: host.name }],
                    hostnames: [host.hostname],
                    rules: [
                        {
                            matches: [{ path: { type: "PathPrefix", value: "/" } }],
                            backendRefs: [
                                {
                                    group: "",
                                    kind: "Service",
                                    name: backend.service,
                                    namespace: backend.namespace,
                                    port: backend.port,
                                },
                            ],
                        },
                    ],
                },
            },
            { parent: this, dependsOn: [grant, rules] },
        );

        this.registerOutputs({});
    }
}
