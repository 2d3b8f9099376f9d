import { isMap, type PlainMap } from "../rehearsal/engine/property.ts";
import { foreseen, madeUp } from "../rehearsal/providers/aws/made-up.ts";

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

/** What tests give for an output, told apart by the resource's name. */
export function madeUpValue(resource: string, output: string): string {
    // With the two characters that base64 has and its variant for URLs has not, for those who must tell them apart.
    return `${output === "base64" ? "+/" : ""}<${output} of ${resource}>`;
}

/** All such outputs of one resource. */
export function madeUpOutputs(type: string, name: string): Record<string, string> {
    return Object.fromEntries((madeByProviders[type] ?? []).map((output) => [output, madeUpValue(name, output)]));
}

/** What a resource of AWS becomes, as the recorded provider makes it up. In a preview that is its inputs alone. */
export function madeUpAws(type: string, name: string, inputs: PlainMap, preview: boolean) {
    const address = { urn: `urn:pulumi:dev::airflow-linkerd::${type}::${name}`, type, name };
    if (!preview) {
        const { id, outputs } = madeUp(address, inputs, "eu-central-1");
        return { id, state: outputs };
    }
    // The mocks have no word for a value that is unknown in part, so it is unknown as a whole.
    const known = Object.entries(foreseen(address, inputs, "eu-central-1")).filter(
        ([key, value]) => !isMap(value) || value === inputs[key],
    );
    return { id: undefined, state: Object.fromEntries(known) };
}
