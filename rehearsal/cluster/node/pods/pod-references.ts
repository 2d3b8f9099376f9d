import { type V1Container, type V1Pod, type V1Volume } from "@kubernetes/client-node";

import { type ClusterObjects } from "../api/cluster-objects.ts";
import { containersOf } from "../containers/container-record.ts";

/** What a pod refers to and the cluster does not have: each text says it as a kubelet does. */
export interface MissingObjects {
    /** Keeps the whole pod from starting. */
    volumes?: string;
    /** Keeps one container from starting, by container name. */
    containers: Map<string, string>;
}

type Kind = "configmap" | "secret";

interface Reference {
    kind: Kind;
    name: string;
    /** Keys that must be there; none means that the object is enough. */
    keys: string[];
    optional: boolean;
}

/** Finds what is missing. Optional references never are. */
export function missingObjects(pod: V1Pod, objects: ClusterObjects): MissingObjects {
    const namespace = pod.metadata?.namespace ?? "";
    const missing: MissingObjects = { containers: new Map() };
    for (const volume of pod.spec?.volumes ?? []) {
        const problem = firstProblem(volumeReferences(volume), namespace, objects);
        if (problem !== undefined) {
            missing.volumes = `MountVolume.SetUp failed for volume "${volume.name}": ${problem}`;
            break;
        }
    }
    for (const { container } of containersOf(pod)) {
        const problem = firstProblem(environmentReferences(container), namespace, objects);
        if (problem !== undefined) {
            missing.containers.set(container.name, problem);
        }
    }
    return missing;
}

function firstProblem(references: Reference[], namespace: string, objects: ClusterObjects): string | undefined {
    return references.map((reference) => problem(reference, namespace, objects)).find((text) => text !== undefined);
}

function problem(reference: Reference, namespace: string, objects: ClusterObjects): string | undefined {
    if (reference.optional) {
        return undefined;
    }
    const { kind, name } = reference;
    const keys = keysOf(kind, namespace, name, objects);
    if (keys === undefined) {
        return `${kind} "${name}" not found`;
    }
    const absent = reference.keys.find((key) => !keys.has(key));
    return absent === undefined ? undefined : `couldn't find key ${absent} in ${kind} ${namespace}/${name}`;
}

function keysOf(kind: Kind, namespace: string, name: string, objects: ClusterObjects): Set<string> | undefined {
    if (kind === "secret") {
        const secret = objects.secret(namespace, name);
        return secret && new Set(Object.keys(secret.data ?? {}));
    }
    const configMap = objects.configMap(namespace, name);
    return configMap && new Set([...Object.keys(configMap.data ?? {}), ...Object.keys(configMap.binaryData ?? {})]);
}

/** The shape that every reference in the pod API shares, apart from where its name stands. */
interface ReferenceFields {
    optional?: boolean;
    items?: { key: string }[];
    key?: string;
}

function reference(kind: Kind, name: string | undefined, fields: ReferenceFields): Reference {
    const keys = fields.key === undefined ? (fields.items ?? []).map((item) => item.key) : [fields.key];
    return { kind, name: name ?? "", keys, optional: fields.optional ?? false };
}

function volumeReferences(volume: V1Volume): Reference[] {
    const direct = [
        volume.configMap && reference("configmap", volume.configMap.name, volume.configMap),
        volume.secret && reference("secret", volume.secret.secretName, volume.secret),
    ];
    const projected = (volume.projected?.sources ?? []).flatMap((source) => [
        source.configMap && reference("configmap", source.configMap.name, source.configMap),
        source.secret && reference("secret", source.secret.name, source.secret),
    ]);
    return [...direct, ...projected].filter((one) => one !== undefined);
}

function environmentReferences(container: V1Container): Reference[] {
    const whole = (container.envFrom ?? []).flatMap(({ configMapRef, secretRef }) => [
        configMapRef && reference("configmap", configMapRef.name, configMapRef),
        secretRef && reference("secret", secretRef.name, secretRef),
    ]);
    const single = (container.env ?? []).flatMap(({ valueFrom }) => [
        valueFrom?.configMapKeyRef && reference("configmap", valueFrom.configMapKeyRef.name, valueFrom.configMapKeyRef),
        valueFrom?.secretKeyRef && reference("secret", valueFrom.secretKeyRef.name, valueFrom.secretKeyRef),
    ]);
    return [...whole, ...single].filter((one) => one !== undefined);
}
