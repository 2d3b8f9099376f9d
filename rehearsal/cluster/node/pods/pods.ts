import { type V1Pod } from "@kubernetes/client-node";

import { type ContainerRuntime } from "../containers/container-runtime.ts";
import { type RehearsalNode } from "../node-object.ts";
import { PodAddresses } from "./pod-addresses.ts";
import { terminalPhase } from "./pod-plan.ts";
import { type ClusterObjects } from "../api/cluster-objects.ts";
import { PodWorker } from "./pod-worker.ts";
import { type PodWriter } from "./pod-writer.ts";

export interface PodsOptions {
    nodes: readonly RehearsalNode[];
    runtime: ContainerRuntime;
    objects: ClusterObjects;
    writer: Pick<PodWriter, "writeStatus" | "remove">;
}

interface Site {
    node: RehearsalNode;
    addresses: PodAddresses;
}

/** All pods that are bound to the rehearsal's nodes, each with its worker. */
export class Pods {
    readonly #options: PodsOptions;
    readonly #sites: Map<string, Site>;
    readonly #workers = new Map<string, Map<string, PodWorker>>();

    constructor(options: PodsOptions) {
        this.#options = options;
        this.#sites = new Map(
            options.nodes.map((node) => [node.name, { node, addresses: new PodAddresses(node.podPrefix) }]),
        );
    }

    /** Must see all pods before `changed` sees one, or a new pod could get the address of a pod not yet seen. */
    listed(pods: readonly V1Pod[]): void {
        this.#options.runtime.keepOnly?.(new Set(pods.map(uidOf)));
        for (const pod of pods) {
            const address = pod.status?.podIP;
            if (address !== undefined && terminalPhase(pod) === undefined && !pod.spec?.hostNetwork) {
                this.#site(pod)?.addresses.keep(address, uidOf(pod));
            }
        }
    }

    changed(pod: V1Pod): void {
        const site = this.#site(pod);
        if (site === undefined) {
            return;
        }
        const { namespace, name } = keyOf(pod);
        const workers = this.#workers.get(namespace) ?? new Map<string, PodWorker>();
        this.#workers.set(namespace, workers);
        let worker = workers.get(name);
        if (worker !== undefined && worker.uid !== uidOf(pod)) {
            // The watch was away while the pod was deleted and another took its name.
            this.#drop(site, worker);
            worker = undefined;
        }
        if (worker === undefined) {
            worker = this.#begin(pod, site);
            workers.set(name, worker);
        }
        worker.update(pod);
    }

    gone(pod: V1Pod): void {
        const { namespace, name } = keyOf(pod);
        const workers = this.#workers.get(namespace);
        const worker = workers?.get(name);
        const site = this.#site(pod);
        if (worker === undefined || site === undefined) {
            return;
        }
        this.#drop(site, worker);
        workers?.delete(name);
        if (workers?.size === 0) {
            this.#workers.delete(namespace);
        }
    }

    /** A ConfigMap or a Secret of the namespace changed. */
    objectsChanged(namespace: string): void {
        for (const worker of this.#workers.get(namespace)?.values() ?? []) {
            worker.objectsChanged();
        }
    }

    #site(pod: V1Pod): Site | undefined {
        return this.#sites.get(pod.spec?.nodeName ?? "");
    }

    #begin(pod: V1Pod, { node, addresses }: Site): PodWorker {
        const { runtime, objects, writer } = this.#options;
        const uid = uidOf(pod);
        const ended = terminalPhase(pod) !== undefined ? (pod.status?.podIP ?? node.address) : undefined;
        const podIP = ended ?? (pod.spec?.hostNetwork ? node.address : addresses.assign(uid));
        const finished = (): void => {
            addresses.release(uid);
            runtime.podEnded?.(uid);
        };
        return new PodWorker(pod, { runtime, objects, writer, network: { hostIP: node.address, podIP }, finished });
    }

    #drop(site: Site, worker: PodWorker): void {
        worker.dispose();
        site.addresses.release(worker.uid);
        this.#options.runtime.podGone?.(worker.uid);
    }
}

function uidOf(pod: V1Pod): string {
    return pod.metadata?.uid ?? "";
}

function keyOf(pod: V1Pod): { namespace: string; name: string } {
    return { namespace: pod.metadata?.namespace ?? "", name: pod.metadata?.name ?? "" };
}
