import { type PlainMap } from "../engine/values/property.ts";

/** Outputs that the program reads and that only a real provider can make, by type. */
const madeByProviders: Readonly<Record<string, readonly string[]>> = {
    "tls:index/privateKey:PrivateKey": ["privateKeyPem"],
    "tls:index/certRequest:CertRequest": ["certRequestPem"],
    "tls:index/selfSignedCert:SelfSignedCert": ["certPem"],
    "tls:index/locallySignedCert:LocallySignedCert": ["certPem"],
    "random:index/randomPassword:RandomPassword": ["result"],
    "random:index/randomString:RandomString": ["result"],
    "random:index/randomBytes:RandomBytes": ["base64"],
};

/** The same, where it is no text. */
const toldByProviders: Readonly<Record<string, PlainMap>> = {
    "kubernetes:core/v1:Service": { status: { loadBalancer: { ingress: [{ hostname: "<load balancer>" }] } } },
    "kubernetes:helm.sh/v3:Release": { status: { revision: 1 } },
};

/** What tests give for an output, told apart by the resource's name. */
export function madeUpValue(resource: string, output: string): string {
    // With the two characters that base64 has and its variant for URLs has not, for those who must tell them apart.
    return `${output === "base64" ? "+/" : ""}<${output} of ${resource}>`;
}

/** All such outputs of one resource. */
export function madeUpOutputs(type: string, name: string): PlainMap {
    const texts = (madeByProviders[type] ?? []).map((output) => [output, madeUpValue(name, output)]);
    return { ...Object.fromEntries(texts), ...toldByProviders[type] } as PlainMap;
}
