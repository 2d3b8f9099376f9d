import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type V1PersistentVolume, type V1PersistentVolumeClaim, type V1Pod } from "@kubernetes/client-node";

import { type RunningContainer } from "../containers/container-record.ts";
import {
    type ContainerHandle,
    type ContainerRequest,
    type ContainerRuntime,
    type Observer,
} from "../containers/container-runtime.ts";
import { explain } from "../api/api-error.ts";
import { type PodEvents } from "../pods/pod-events.ts";
import { type ClusterNetwork, NAME_SERVER } from "./network/cluster-network.ts";
import { containerEnvironment, type Environment, expanded, type Whereabouts } from "./container-environment.ts";
import { ContainerProcess } from "./container-process.ts";
import { type Image } from "./image/image.ts";
import { imageFor } from "./images.ts";
import { type LoopbackPorts } from "./network/loopback.ts";
import { type NetworkPolicies } from "./network/policy/network-policies.ts";
import { PodFolders } from "./pod-folders.ts";
import { PodNetworks } from "./network/pod-network.ts";
import { claimFolder, containerMounts, removeVolumes } from "./pod-volumes.ts";
import { RunningProcess } from "./running-process.ts";
import { identityFiles, type Mount, sandboxArguments } from "./sandbox.ts";
import { type TokenRequest } from "./volume-files.ts";

export interface ProcessRuntimeOptions {
    /** The place's cluster folder. */
    readonly root: string;
    /** The folder with the DAGs that Airflow's image brings. */
    readonly dags: string;
    readonly network: ClusterNetwork;
    readonly policies: NetworkPolicies;
    readonly events: PodEvents;
    readonly loopback: LoopbackPorts;
    readonly claim: (namespace: string, name: string) => V1PersistentVolumeClaim | undefined;
    readonly volume: (name: string) => V1PersistentVolume | undefined;
    readonly token: (pod: V1Pod, request: TokenRequest) => Promise<string>;
    /** What marks a process as this place's. */
    readonly mark: (name: string) => Record<string, string>;
}

const SCHEME = "process://";

/** Runs a container as a process of this machine, in a sandbox that shows it the files and the network of its pod. */
export class ProcessRuntime implements ContainerRuntime {
    readonly folders: PodFolders;
    readonly #options: ProcessRuntimeOptions;
    readonly #networks: PodNetworks;

    constructor(options: ProcessRuntimeOptions) {
        this.#options = options;
        this.folders = new PodFolders(options.root);
        this.#networks = new PodNetworks(options.network, (name) => ({ ...process.env, ...options.mark(name) }));
    }

    async start(request: ContainerRequest, observe: Observer): Promise<ContainerHandle> {
        const { pod, container, podIP, restarts } = request;
        const image = await imageFor(container.image ?? "", this.#options.dags);
        const uid = pod.metadata?.uid ?? "";
        const folder = this.folders.of(uid);
        const name = `${pod.metadata?.namespace}/${pod.metadata?.name}`;
        await this.#admit(pod, podIP);
        const network = await this.#networks.open(folder, name, podIP);
        await this.#options.loopback.open(pod, folder, network, podIP);
        const environment = this.#environment(request, image);
        const marks = this.#options.mark(`pod ${name}/${container.name}`);
        const id = randomBytes(8).toString("hex");
        const started = await ContainerProcess.start({
            folder: this.folders.container(uid, id),
            network,
            arguments: await this.#sandbox(request, image, environment, Object.keys(marks)),
            environment: { ...environment, ...marks },
            logFile: this.folders.log(pod, container.name, restarts),
        });
        const running = { id: `${SCHEME}${id}`, imageID: `${SCHEME}${container.image}`, startedAt: new Date() };
        return this.#running(request, started, running, environment, image, observe);
    }

    async adopt(
        request: ContainerRequest,
        running: RunningContainer,
        observe: Observer,
    ): Promise<ContainerHandle | undefined> {
        const uid = request.pod.metadata?.uid ?? "";
        const podFolder = this.folders.of(uid);
        const network = this.#networks.find(podFolder);
        const folder = this.folders.container(uid, running.id.slice(SCHEME.length));
        const found = network && ContainerProcess.find(folder, network);
        if (network === undefined || found === undefined) {
            // Without its pod's network it is cut off, and the next one would write to the same files.
            ContainerProcess.killIn(folder);
            return undefined;
        }
        await this.#admit(request.pod, request.podIP);
        await this.#options.loopback.open(request.pod, podFolder, network, request.podIP);
        const image = await imageFor(request.container.image ?? "", this.#options.dags);
        return this.#running(request, found, running, this.#environment(request, image), image, observe);
    }

    /** The pod runs nothing any more. Its logs stay as long as it is in the API. */
    podEnded(uid: string): void {
        this.#options.loopback.close(this.folders.of(uid));
        this.#networks.close(this.folders.of(uid));
        this.#options.policies.leave(uid);
        removeVolumes(this.folders.of(uid));
    }

    podGone(uid: string): void {
        const folder = this.folders.of(uid);
        for (const container of this.folders.containers(uid)) {
            ContainerProcess.killIn(container);
        }
        this.#options.loopback.close(folder);
        this.#networks.close(folder);
        this.#options.policies.leave(uid);
        this.folders.remove(uid);
    }

    volumeGone(name: string): void {
        rmSync(claimFolder(this.#kept, name), { recursive: true, force: true });
    }

    /** Ends what is left of pods that went while no node ran. */
    keepOnly(uids: ReadonlySet<string>): void {
        for (const uid of this.folders.all()) {
            if (!uids.has(uid)) {
                this.podGone(uid);
            }
        }
    }

    /** Without its rules a pod gets no network, and runs nothing. */
    async #admit(pod: V1Pod, podIP: string): Promise<void> {
        try {
            await this.#options.policies.admit(pod, podIP);
        } catch (error) {
            await this.#options.events.warn(pod, "FailedCreatePodSandBox", explain(error));
            throw error;
        }
    }

    #running(
        { pod, container, podIP, restarts }: ContainerRequest,
        process: ContainerProcess,
        identity: Pick<RunningContainer, "id" | "imageID" | "startedAt"> & Partial<RunningContainer>,
        environment: Environment,
        { stopSignal }: Image,
        observe: Observer,
    ): ContainerHandle {
        const { network } = this.#options;
        const logFile = this.folders.log(pod, container.name, restarts);
        const warn = (reason: string, message: string) => this.#options.events.warn(pod, reason, message);
        const told = { observe, logFile, warn };
        return new RunningProcess({ process, container, podIP, network, environment, stopSignal, identity, ...told });
    }

    #whereabouts({ pod, podIP, objects }: ContainerRequest): Whereabouts {
        return { pod, podIP, objects, hostIP: pod.status?.hostIP ?? "" };
    }

    #environment(request: ContainerRequest, image: Image): Environment {
        return {
            ...image.environment,
            HOSTNAME: request.pod.metadata?.name ?? "",
            KUBERNETES_SERVICE_HOST: "10.96.0.1",
            KUBERNETES_SERVICE_PORT: "443",
            KUBERNETES_SERVICE_PORT_HTTPS: "443",
            ...containerEnvironment(request.container, this.#whereabouts(request)),
        };
    }

    get #kept(): string {
        return join(this.#options.root, "volumes");
    }

    async #sandbox(
        request: ContainerRequest,
        image: Image,
        environment: Environment,
        hidden: readonly string[],
    ): Promise<string[]> {
        const { pod, container, podIP } = request;
        const security = { ...pod.spec?.securityContext, ...container.securityContext };
        const user = security.runAsUser ?? image.user;
        const group = security.runAsGroup ?? image.group;
        const folder = this.folders.of(pod.metadata?.uid ?? "");
        const hostname = pod.spec?.hostname ?? pod.metadata?.name ?? "";
        const identity = { hostname, podIP, namespace: pod.metadata?.namespace ?? "", nameServer: NAME_SERVER };
        const files = identityFiles({ ...identity, user, group, home: image.home });
        const volumes = await containerMounts(container, this.#whereabouts(request), {
            pod: folder,
            kept: this.#kept,
            claim: this.#options.claim,
            volume: this.#options.volume,
            token: (wanted) => this.#options.token(pod, wanted),
        });
        const given = (words: string[] | undefined) => (words ?? []).map((word) => expanded(word, environment));
        return sandboxArguments({
            hostname,
            user,
            group,
            workingFolder: container.workingDir ?? image.workingFolder,
            folders: image.folders,
            mounts: [...image.mounts, ...written(join(folder, "etc", container.name), files), ...volumes],
            readOnlyRoot: security.readOnlyRootFilesystem ?? false,
            hidden,
            command: [...(container.command ? given(container.command) : image.entrypoint), ...given(container.args)],
            statusDescriptor: 3,
        });
    }
}

function written(folder: string, files: Environment): Mount[] {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return Object.entries(files).map(([target, content]) => {
        const source = join(folder, target.replaceAll("/", "_"));
        writeFileSync(source, content, { mode: 0o600 });
        return { source, target, readOnly: true };
    });
}
