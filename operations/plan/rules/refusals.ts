import { at, items, type Json, type Planned } from "../changes.ts";
import { policyRefusals } from "./iam-grants.ts";

/** Something that a resource keeps from happening. */
export interface Refusal {
    readonly text: string;
    /** The input that says so. */
    readonly path: string;
}

type Reader = (inputs: Json) => Refusal[];

const when = (holds: boolean, path: string, text: string): Refusal[] =>
    holds ? [{ path: `inputs.${path}`, text }] : [];
const values =
    (path: string, meanings: Readonly<Record<string, string>>): Reader =>
    (inputs) =>
        items(at(inputs, path)).flatMap((value) => {
            const meaning = meanings[String(value)];
            return meaning === undefined ? [] : [{ path: `inputs.${path}`, text: meaning }];
        });
const denied =
    (path: string): Reader =>
    (inputs) =>
        policyRefusals(at(inputs, path)).map((text) => ({ path: `inputs.${path}`, text }));

function namespace(inputs: Json): Refusal[] {
    const annotations = at(inputs, "metadata.annotations");
    const value = (key: string) => (annotations as Record<string, Json> | undefined)?.[key];
    return [
        ...when(
            value("config.linkerd.io/default-inbound-policy") === "deny",
            "metadata.annotations.config.linkerd.io/default-inbound-policy",
            "calls that no policy names are refused",
        ),
        ...when(
            value("linkerd.io/inject") === "enabled",
            "metadata.annotations.linkerd.io/inject",
            "every pod has a proxy",
        ),
    ];
}

function cluster(inputs: Json): Refusal[] {
    const network = at(inputs, "vpcConfig");
    const places = items(at(network, "publicAccessCidrs"));
    return [
        ...when(
            at(network, "endpointPublicAccess") === false,
            "vpcConfig.endpointPublicAccess",
            "the API endpoint cannot be reached from outside",
        ),
        ...when(
            at(network, "endpointPublicAccess") === false ||
                (places.length > 0 && !places.some((cidr) => cidr === "0.0.0.0/0" || cidr === "::/0")),
            "vpcConfig.publicAccessCidrs",
            "the API endpoint cannot be reached from everywhere",
        ),
    ];
}

const publicAccess = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

const readers: Readonly<Record<string, Reader>> = {
    Namespace: namespace,
    Server: (inputs) =>
        when(at(inputs, "spec.accessPolicy") === "deny", "spec.accessPolicy", "calls that no policy names are refused"),
    EgressNetwork: (inputs) =>
        when(
            at(inputs, "spec.trafficPolicy") === "Deny",
            "spec.trafficPolicy",
            "calls to hosts that no route names are refused",
        ),
    NetworkPolicy: values("spec.policyTypes", {
        Ingress: "packets in that no rule names are refused",
        Egress: "packets out that no rule names are refused",
    }),
    ValidatingAdmissionPolicyBinding: values("spec.validationActions", {
        Deny: "objects against the rule are refused",
    }),
    ValidatingAdmissionPolicy: (inputs) =>
        when(
            at(inputs, "spec.failurePolicy") === "Fail",
            "spec.failurePolicy",
            "objects that cannot be judged are refused",
        ),
    Cluster: cluster,
    BucketPublicAccessBlock: (inputs) =>
        publicAccess.flatMap((key) => when(at(inputs, key) === true, key, `${key} keeps the bucket from the public`)),
    RolePolicy: denied("policy"),
    Policy: denied("policy"),
    BucketPolicy: denied("policy"),
    Key: denied("policy"),
};

/** Those by which the mesh refuses. Without them it only counts, or not even that. */
export const meshTypes: readonly string[] = ["Namespace", "Server", "EgressNetwork"];

export function refusalsOf(type: string, resource: Planned | undefined): Refusal[] {
    const read = readers[type.split(":").at(-1) ?? ""];
    return read === undefined || resource?.inputs === undefined ? [] : read(resource.inputs);
}
