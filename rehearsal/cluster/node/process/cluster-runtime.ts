import { join } from "node:path";

import {
    DiscoveryV1Api,
    type V1EndpointSlice,
    type V1PersistentVolume,
    type V1PersistentVolumeClaim,
    type V1Pod,
    type V1Service,
} from "@kubernetes/client-node";

import { ownerMark } from "../../../machine/owned-processes.ts";
import { POD_PROCESS } from "../../../machine/process-records.ts";
import { type Kube } from "../api/kube.ts";
import { PodEvents } from "../pods/pod-events.ts";
import { SimulatedRuntime } from "../containers/simulated-runtime.ts";
import { Watched } from "../api/watched.ts";
import { ClusterNetwork, NAME_SERVER, type Publication } from "./network/cluster-network.ts";
import { dagsOf } from "./images.ts";
import { ImageRuntimes } from "./image-runtimes.ts";
import { type LoopbackPort, LoopbackPorts } from "./network/loopback.ts";
import { followNetworkPolicies } from "./network/policy/follow.ts";
import { ProcessRuntime } from "./process-runtime.ts";
import { serviceTable } from "./network/service-table.ts";
import { type TokenRequest } from "./volume-files.ts";

// A kubelet asks for an hour and seven seconds, which the API server makes a year for the account's usual audience.
const TOKEN_SECONDS = 3607;

export interface ClusterRuntimeSettings {
    /** The place's folder. */
    readonly root: string;
    readonly publish: readonly Publication[];
    readonly loopback: readonly LoopbackPort[];
}

/** The runtime that runs what it can, on the network of the cluster's Services. */
export async function clusterRuntime(
    kube: Kube,
    { root, publish, loopback }: ClusterRuntimeSettings,
    storage: {
        readonly claim: (namespace: string, name: string) => V1PersistentVolumeClaim | undefined;
        readonly volume: (name: string) => V1PersistentVolume | undefined;
    },
): Promise<ImageRuntimes> {
    const cluster = join(root, "cluster");
    const mark = (name: string): Record<string, string> => ownerMark(root, `${POD_PROCESS}${name}`);
    const { hostname, port } = new URL(kube.config.getCurrentCluster()?.server ?? "");
    const api = { host: hostname, port: Number(port) };
    const network = await ClusterNetwork.open({ folder: join(cluster, "network"), api, mark });
    await followServices(kube, network);
    const policies = await followNetworkPolicies(kube, network, NAME_SERVER);
    await Promise.all(publish.map((publication) => network.publish(publication)));
    const token = (pod: V1Pod, request: TokenRequest) => accountToken(kube, pod, request);
    return new ImageRuntimes(
        new ProcessRuntime({
            root: cluster,
            dags: dagsOf(root),
            network,
            policies,
            events: new PodEvents(kube),
            loopback: new LoopbackPorts(loopback, policies),
            ...storage,
            token,
            mark,
        }),
        new SimulatedRuntime(),
    );
}

async function followServices(kube: Kube, network: ClusterNetwork): Promise<void> {
    const discovery = kube.config.makeApiClient(DiscoveryV1Api);
    const follow = (): void => {
        network.follow(serviceTable(services.all(), slices.all()));
    };
    const services = new Watched<V1Service>(kube.config, {
        what: "services",
        path: "/api/v1/services",
        list: (request) => kube.core.listServiceForAllNamespaces(request),
        changed: follow,
        gone: follow,
    });
    const slices = new Watched<V1EndpointSlice>(kube.config, {
        what: "endpoint slices",
        path: "/apis/discovery.k8s.io/v1/endpointslices",
        list: (request) => discovery.listEndpointSliceForAllNamespaces(request),
        changed: follow,
        gone: follow,
    });
    await Promise.all([services.start(), slices.start()]);
    follow();
}

/** Good for as long as the pod is there. */
async function accountToken(kube: Kube, pod: V1Pod, request: TokenRequest): Promise<string> {
    const { name = "", namespace = "", uid = "" } = pod.metadata ?? {};
    const { status } = await kube.core.createNamespacedServiceAccountToken({
        name: pod.spec?.serviceAccountName ?? "default",
        namespace,
        body: {
            spec: {
                audiences: request.audience === undefined ? [] : [request.audience],
                expirationSeconds: request.expirationSeconds ?? TOKEN_SECONDS,
                boundObjectRef: { apiVersion: "v1", kind: "Pod", name, uid },
            },
        },
    });
    if (status?.token === undefined) {
        throw new Error(`the API server gave no token for the account of pod ${namespace}/${name}`);
    }
    return status.token;
}
