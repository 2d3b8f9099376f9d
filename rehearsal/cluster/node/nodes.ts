import {
    type V1ConfigMap,
    type V1Node,
    type V1PersistentVolume,
    type V1PersistentVolumeClaim,
    type V1Pod,
    type V1Secret,
} from "@kubernetes/client-node";

import { ClaimVolumes } from "./claim-volumes.ts";
import { InjectorBundle } from "./injector-bundle.ts";
import { type Kube } from "./api/kube.ts";
import { GuardedRuntime } from "./mesh/guarded-runtime.ts";
import { serverProblem } from "./mesh/server-problem.ts";
import { watchServers } from "./mesh/watched-servers.ts";
import { NodeRegistration } from "./node-registration.ts";
import { rehearsalNodes } from "./node-object.ts";
import { type ClusterObjects } from "./api/cluster-objects.ts";
import { PodEvents } from "./pods/pod-events.ts";
import { PodWriter } from "./pods/pod-writer.ts";
import { Pods } from "./pods/pods.ts";
import { clusterRuntime, type ClusterRuntimeSettings } from "./process/cluster-runtime.ts";
import { type KubeletFiles, serveKubelet } from "./process/kubelet-server.ts";
import { SimulatedRuntime } from "./containers/simulated-runtime.ts";
import { Watched } from "./api/watched.ts";

export interface ProcessSettings extends ClusterRuntimeSettings {
    readonly kubelet: KubeletFiles;
}

/**
 * Runs the rehearsal's nodes, with their pods and volumes. Resolves when all are up; they stay up until the process
 * ends. Nothing has to be wound down then: the next process adopts what is there.
 *
 * @param processes how containers run as processes; without it all are simulated.
 */
export async function runNodes(kube: Kube, processes: ProcessSettings | undefined): Promise<void> {
    const { config, core } = kube;
    const volumes = new ClaimVolumes(kube);

    const configMapChanged = (configMap: V1ConfigMap): void => {
        pods.objectsChanged(configMap.metadata?.namespace ?? "");
        void bundle.configMapChanged(configMap);
    };
    const configMaps = new Watched<V1ConfigMap>(config, {
        what: "config maps",
        path: "/api/v1/configmaps",
        list: (request) => core.listConfigMapForAllNamespaces(request),
        changed: configMapChanged,
        gone: configMapChanged,
    });
    const secrets = new Watched<V1Secret>(config, {
        what: "secrets",
        path: "/api/v1/secrets",
        // Helm's records are large, and no pod refers to them.
        fieldSelector: "type!=helm.sh/release.v1",
        list: (request) => core.listSecretForAllNamespaces(request),
        changed: (secret) => {
            pods.objectsChanged(secret.metadata?.namespace ?? "");
        },
    });
    const objects: ClusterObjects = {
        configMap: (namespace, name) => configMaps.get(namespace, name),
        secret: (namespace, name) => secrets.get(namespace, name),
    };
    const bundle = new InjectorBundle(kube, objects);
    const real =
        processes &&
        (await clusterRuntime(kube, processes, {
            claim: (namespace, name) => claims.get(namespace, name),
            volume: (name) => persistentVolumes.get("", name),
        }));
    const servers = watchServers(kube);
    const runtime = new GuardedRuntime({
        runtime: real ?? new SimulatedRuntime(),
        problem: (pod) => serverProblem(pod, servers.all()),
        events: new PodEvents(kube),
    });
    const pod = (namespace: string, name: string) => boundPods.get(namespace, name);
    const kubeletPort = real && (await serveKubelet({ files: processes.kubelet, folders: real.folders, pod }));
    const registrations = new Map(
        rehearsalNodes.map((node) => [node.name, new NodeRegistration(node, kube, kubeletPort)]),
    );
    const pods = new Pods({ nodes: rehearsalNodes, runtime, objects, writer: new PodWriter(kube) });

    const boundPods = new Watched<V1Pod>(config, {
        what: "pods",
        path: "/api/v1/pods",
        fieldSelector: "spec.nodeName!=",
        list: (request) => core.listPodForAllNamespaces(request),
        listed: (items) => {
            pods.listed(items);
        },
        changed: (pod) => {
            pods.changed(pod);
        },
        gone: (pod) => {
            pods.gone(pod);
        },
    });
    const nodes = new Watched<V1Node>(config, {
        what: "nodes",
        path: "/api/v1/nodes",
        list: (request) => core.listNode(request),
        changed: (node) => {
            registrations.get(node.metadata?.name ?? "")?.seen(node);
        },
        gone: (node) => {
            void registrations.get(node.metadata?.name ?? "")?.register();
        },
    });
    const claims = new Watched<V1PersistentVolumeClaim>(config, {
        what: "volume claims",
        path: "/api/v1/persistentvolumeclaims",
        list: (request) => core.listPersistentVolumeClaimForAllNamespaces(request),
        changed: (claim) => {
            volumes.claimChanged(claim);
        },
    });
    const persistentVolumes = new Watched<V1PersistentVolume>(config, {
        what: "volumes",
        path: "/api/v1/persistentvolumes",
        list: (request) => core.listPersistentVolume(request),
        changed: (volume) => {
            volumes.volumeChanged(volume);
        },
        gone: (volume) => {
            if (volume.metadata?.name !== undefined) {
                runtime.volumeGone(volume.metadata.name);
            }
        },
    });

    await Promise.all([
        Promise.all([...registrations.values()].map((registration) => registration.start())).then(() => nodes.start()),
        volumes.start(),
        persistentVolumes.start(),
        // What pods refer to comes first, so that nothing counts as missing that is only not yet known.
        Promise.all([configMaps.start(), secrets.start(), claims.start()]).then(() => boundPods.start()),
    ]);
}
