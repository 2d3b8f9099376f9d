import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { backendRules } from "./backend-rules.ts";
import { type EntranceLogin, uiAccess } from "./uis/ui-access.ts";
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
    /** Behind it in people's addresses, such as `:8443`. Defaults to nothing. */
    readonly port?: string;
    readonly backend: Backend;
    /** The most that a request's body may hold. Defaults to no bound, for what streams both ways, such as WebSockets. */
    readonly largestRequest?: string;
    /**
     * Who may come, for what has no login of its own. Defaults to everybody, for what asks people to log in itself.
     */
    readonly access?: UiAccess;
}

/** Members of any of these groups, as the provider's tokens name them. */
export interface UiAccess {
    readonly groups: readonly string[];
    readonly login: EntranceLogin;
}

export interface EntranceRouteArgs {
    /** The entrance's own. */
    namespace: pulumi.Input<string>;

    /** Plain, because it names the objects. */
    host: Host;
}

/**
 * The provider's tokens are in the cookies by which Envoy knows people. A UI without a login needs neither them nor cookies of
 * its own.
 */
const withoutTokens = {
    type: "RequestHeaderModifier",
    requestHeaderModifier: { remove: ["cookie", "authorization"] },
};

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

        const access = host.access
            ? [
                  new k8s.apiextensions.CustomResource(
                      `${name}-access`,
                      {
                          apiVersion: envoyGatewayApi,
                          kind: "SecurityPolicy",
                          metadata: { name: host.name, namespace },
                          spec: uiAccess(host, host.access.groups, host.access.login),
                      },
                      { parent: this },
                  ),
              ]
            : [];

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
                            ...(host.access ? { filters: [withoutTokens] } : {}),
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
            { parent: this, dependsOn: [grant, rules, ...access] },
        );

        this.registerOutputs({});
    }
}
