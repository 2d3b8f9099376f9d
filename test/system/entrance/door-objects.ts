import { backendRules } from "../../../components/entrance/backend-rules.ts";
import { ClientAddress, clientRules } from "../../../components/entrance/client-rules.ts";
import { authorityFile, envoyProxySpec } from "../../../components/entrance/data-plane.ts";
import { type Host } from "../../../components/entrance/entrance-route.ts";
import { gatewaySpec } from "../../../components/entrance/gateway-spec.ts";
import { controllerName, entranceNamespace, envoyGatewayApi, gatewayName } from "../../../components/entrance/names.ts";
import { type AnyObject } from "../bare-cluster.ts";

export const entrance = entranceNamespace;
/** The namespace of the server behind the entrance. */
export const shop = "shop";
/** Where those are who come. */
export const street = "street";
export const host = "shop.example.com";
/** A UI without a login of its own, behind the same server. */
export const uiHost = "ui.example.com";
/** Where the provider of its login is. */
export const loginHost = `login.${street}.svc.cluster.local`;

const named = (name: string, namespace = entrance) => ({ name, namespace });
const certManager = "cert-manager.io/v1";
const gateway = "gateway.networking.k8s.io";
const served: Host = {
    name: "shop",
    hostname: host,
    backend: { namespace: shop, service: "server", port: 80 },
    largestRequest: "8Mi",
};
/** Its rules and its route are made by whoever tests them: until then it leads nowhere. */
const ui: Host = { name: "ui", hostname: uiHost, backend: served.backend };

/** The entrance's rules for who connects. */
export const rules: AnyObject = {
    apiVersion: envoyGatewayApi,
    kind: "ClientTrafficPolicy",
    metadata: named(gatewayName),
    spec: clientRules(gatewayName, ClientAddress.unknown),
};

/** An authority with its certificates, for the hosts' names and for the login's provider. */
export function certificateObjects(): AnyObject[] {
    const leaf = (name: string, namespace: string, dnsNames: readonly string[]): AnyObject => ({
        apiVersion: certManager,
        kind: "Certificate",
        metadata: named(name, namespace),
        spec: {
            dnsNames,
            secretName: name,
            privateKey: { algorithm: "ECDSA", size: 256 },
            usages: ["server auth"],
            issuerRef: { name: "authority" },
        },
    });
    return [
        { apiVersion: certManager, kind: "Issuer", metadata: named("self"), spec: { selfSigned: {} } },
        {
            apiVersion: certManager,
            kind: "Certificate",
            metadata: named("authority"),
            spec: {
                isCA: true,
                commonName: "the entrance's authority",
                secretName: "authority",
                privateKey: { algorithm: "ECDSA", size: 256 },
                issuerRef: { name: "self" },
            },
        },
        {
            apiVersion: certManager,
            kind: "Issuer",
            metadata: named("authority"),
            spec: { ca: { secretName: "authority" } },
        },
        leaf("door", entrance, [host, uiHost]),
        leaf("login", entrance, [loginHost]),
    ];
}

/** Envoy's pods, which believe that authority, the Gateway, and its route to the server. */
export function doorObjects(authorityPem: string): AnyObject[] {
    return [
        {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: named(authorityFile.configMap),
            data: { [authorityFile.name]: authorityPem },
        },
        {
            apiVersion: "v1",
            kind: "Service",
            metadata: named("server", shop),
            spec: { selector: { app: "server" }, ports: [{ port: 80, targetPort: 8080 }] },
        },
        {
            apiVersion: envoyGatewayApi,
            kind: "EnvoyProxy",
            metadata: named(gatewayName),
            spec: envoyProxySpec({ replicas: 1, loginAuthority: authorityPem }),
        },
        {
            apiVersion: `${gateway}/v1`,
            kind: "GatewayClass",
            metadata: { name: gatewayName },
            spec: {
                controllerName,
                parametersRef: { group: "gateway.envoyproxy.io", kind: "EnvoyProxy", ...named(gatewayName) },
            },
        },
        rules,
        {
            apiVersion: `${gateway}/v1`,
            kind: "Gateway",
            metadata: named(gatewayName),
            spec: gatewaySpec([served, ui], "door"),
        },
        {
            apiVersion: envoyGatewayApi,
            kind: "BackendTrafficPolicy",
            metadata: named(served.name),
            spec: backendRules(served),
        },
        {
            apiVersion: `${gateway}/v1beta1`,
            kind: "ReferenceGrant",
            metadata: named("entrance", shop),
            spec: {
                from: [{ group: gateway, kind: "HTTPRoute", namespace: entrance }],
                to: [{ group: "", kind: "Service", name: "server" }],
            },
        },
        {
            apiVersion: `${gateway}/v1`,
            kind: "HTTPRoute",
            metadata: named(served.name),
            spec: {
                parentRefs: [{ name: gatewayName, sectionName: served.name }],
                hostnames: [host],
                rules: [{ backendRefs: [{ name: "server", namespace: shop, port: 80 }] }],
            },
        },
    ];
}
