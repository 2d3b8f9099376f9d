import { type V1Container, type V1EnvVarSource, type V1ObjectFieldSelector, type V1Pod } from "@kubernetes/client-node";

import { type ClusterObjects } from "../api/cluster-objects.ts";
import { resourceValue } from "./resource-value.ts";

export type Environment = Record<string, string>;

/** Where a container runs: what its environment may refer to and its pod's object may not yet say. */
export interface Whereabouts {
    readonly pod: V1Pod;
    readonly podIP: string;
    readonly hostIP: string;
    readonly objects: ClusterObjects;
}

/**
 * The variables that the container asks for, in the order of precedence that a kubelet has: `envFrom` before `env`, and
 * the later of two before the earlier. What they refer to exists, or is optional.
 */
export function containerEnvironment(container: V1Container, at: Whereabouts): Environment {
    const namespace = at.pod.metadata?.namespace ?? "";
    const result: Environment = {};
    for (const { configMapRef, secretRef, prefix } of container.envFrom ?? []) {
        const values = {
            ...(configMapRef && at.objects.configMap(namespace, configMapRef.name ?? "")?.data),
            ...(secretRef && decoded(at.objects.secret(namespace, secretRef.name ?? "")?.data)),
        };
        for (const [key, value] of Object.entries(values)) {
            result[`${prefix ?? ""}${key}`] = value;
        }
    }
    for (const { name, value, valueFrom } of container.env ?? []) {
        const found = valueFrom ? fromSource(valueFrom, container, at) : expanded(value ?? "", result);
        if (found !== undefined) {
            result[name] = found;
        }
    }
    return result;
}

/** Replaces `$(NAME)`. A name that is not known stays as it is, and `$$(NAME)` stands for `$(NAME)`. */
export function expanded(text: string, environment: Environment): string {
    return text.replaceAll(/\$\$|\$\(([^()]*)\)/g, (whole, name: string | undefined) =>
        name === undefined ? "$" : (environment[name] ?? whole),
    );
}

/** A field of the pod as `fieldRef` names it. */
export function podField({ fieldPath }: V1ObjectFieldSelector, at: Omit<Whereabouts, "objects">): string {
    const { metadata, spec } = at.pod;
    const [, map, key] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(fieldPath) ?? [];
    if (map !== undefined && key !== undefined) {
        return metadata?.[map as "labels" | "annotations"]?.[key] ?? "";
    }
    const lines = (values: Record<string, string> | undefined) =>
        Object.entries(values ?? {})
            .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
            .join("");
    const fields: Record<string, string | undefined> = {
        "metadata.name": metadata?.name,
        "metadata.namespace": metadata?.namespace,
        "metadata.uid": metadata?.uid,
        "metadata.labels": lines(metadata?.labels),
        "metadata.annotations": lines(metadata?.annotations),
        "spec.nodeName": spec?.nodeName,
        "spec.serviceAccountName": spec?.serviceAccountName,
        "status.hostIP": at.hostIP,
        "status.hostIPs": at.hostIP,
        "status.podIP": at.podIP,
        "status.podIPs": at.podIP,
    };
    if (!Object.hasOwn(fields, fieldPath)) {
        throw new Error(`fieldRef.fieldPath is "${fieldPath}": this is no field that a pod can be given`);
    }
    return fields[fieldPath] ?? "";
}

function fromSource(source: V1EnvVarSource, container: V1Container, at: Whereabouts): string | undefined {
    const namespace = at.pod.metadata?.namespace ?? "";
    const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = source;
    if (configMapKeyRef) {
        return at.objects.configMap(namespace, configMapKeyRef.name ?? "")?.data?.[configMapKeyRef.key];
    }
    if (secretKeyRef) {
        return decoded(at.objects.secret(namespace, secretKeyRef.name ?? "")?.data)[secretKeyRef.key];
    }
    if (fieldRef) {
        return podField(fieldRef, at);
    }
    if (resourceFieldRef) {
        return resourceValue(resourceFieldRef, container);
    }
    throw new Error(`valueFrom has ${Object.keys(source).join(", ")}: no source of a value that is known here`);
}

function decoded(data: Record<string, string> | undefined): Environment {
    return Object.fromEntries(
        Object.entries(data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
    );
}
