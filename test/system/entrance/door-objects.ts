import { backendRules } from "../../../components/entrance/backend-rules.ts";
import { ClientAddress, clientRules } from "../../../components/entrance/client-rules.ts";
import { envoyProxySpec } from "../../../components/entrance/data-plane.ts";
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

const named = (name: string, namespace = entrance) => ({ name, namespace });
const certManager = "cert-manager.io/v1";
const gateway = "gateway.networking.k8s.io";
const served: Host = {
    name: "shop",
    hostname: host,
    backend: { namespace: shop, service: "server", port: 80 },
    largestRequest: "8Mi",
};

/** The entrance's rules for who connects. */
export const rules: AnyObject = {
    apiVersion: envoyGatewayApi,
    kind: "ClientTrafficPolicy",
    metadata: named(gatewayName),
    spec: clientRules(gatewayName, ClientAddress.unknown),
};

/** An authority and its certificate for the host's name; Envoy's pods, the Gateway, and its route to the server. */
export function doorObjects(): AnyObject[] {
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
        {
            apiVersion: certManager,
            kind: "Certificate",
            metadata: named("door"),
            spec: {
                dnsNames: [host],
                secretName: "door",
                privateKey: { algorithm: "ECDSA", size: 256 },
                usages: ["server auth"],
                issuerRef: { name: "authority" },
            },
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
            spec: envoyProxySpec({ replicas: 1 }),
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
            spec: gatewaySpec([served], "door"),
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
