import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { connect, createServer, type ListenOptions, type Socket } from "node:net";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import { log } from "../../log.ts";
import { inside, type NetworkHolder } from "./namespaces.ts";
import { type PodRules } from "./policy/pod-rules.ts";
import { GATEWAY, MACHINE_METADATA, Router } from "./router.ts";
import { type ServiceTable, targetsOf } from "./service-table.ts";

export interface ClusterNetworkOptions {
    /** Where the sockets and the record of the network's holder are. */
    readonly folder: string;
    /** The API server on this machine. */
    readonly api: { readonly host: string; readonly port: number };
    /** What marks a process as this place's. */
    readonly mark: (name: string) => Record<string, string>;
}

/** A Service of the cluster at a port of this machine. */
export interface Publication {
    readonly port: number;
    /** The Service's full name. */
    readonly host: string;
    readonly servicePort: number;
}

/** What pods call the API server by, besides the address of its endpoint. */
const API_ADDRESS = "10.96.0.1:443";
export const NAME_SERVER = "10.96.0.10";

// What the kernel takes for the path of a socket.
const LONGEST_PATH = 107;

/**
 * The cluster's network: a router that all pods hang on, with a proxy beside it that answers for the API server and for
 * names. So every pod has its true address, containers may listen on all addresses and on any port, and two rehearsals
 * never meet. Nothing of it can be seen or reached from the machine's own network, save through this class.
 */
export class ClusterNetwork {
    readonly #options: ClusterNetworkOptions;
    readonly #router: Router;
    readonly #inward: string;
    #proxy: ChildProcess | undefined;
    #table: ServiceTable = { routes: [], names: {} };
    #turn = 0;

    private constructor(options: ClusterNetworkOptions, router: Router) {
        this.#options = options;
        this.#router = router;
        this.#inward = join(options.folder, "inward.sock");
    }

    /** Finds the network that an earlier node made, or makes one. */
    static async open(options: ClusterNetworkOptions): Promise<ClusterNetwork> {
        mkdirSync(options.folder, { recursive: true, mode: 0o700 });
        chmodSync(options.folder, 0o700);
        const router = await Router.open(options.folder, { ...process.env, ...options.mark("pod-network") });
        const network = new ClusterNetwork(options, router);
        await network.#letCallsOut();
        await network.#startProxy();
        return network;
    }

    get holder(): NetworkHolder {
        return this.#router.holder;
    }

    /** Why no pod reaches anything, when it is so. */
    get problem(): string | undefined {
        return this.#router.problem;
    }

    /** Resolves when pods may reach what these rules allow and nothing else. */
    govern(pods: readonly PodRules[]): Promise<void> {
        return this.#router.govern(pods);
    }

    /** Routes to Services as the table says, from now on. */
    follow(table: ServiceTable): void {
        this.#table = table;
        this.#proxy?.send(table.names);
        void this.#router.route(table.routes.filter(({ from }) => from !== API_ADDRESS));
    }

    /** A connection to a pod. The node's own: no policy holds it up. */
    dial(address: string, port: number): Socket {
        const socket = connect({ path: this.#inward, allowHalfOpen: true });
        socket.write(`dial ${address} ${String(port)}\n`);
        return socket;
    }

    /** Makes a Service reachable at a port of 127.0.0.1. */
    async publish({ port, host, servicePort }: Publication): Promise<void> {
        await listen({ host: "127.0.0.1", port }, () => {
            const targets = targetsOf(this.#table, host, servicePort);
            const target = targets[this.#turn++ % Math.max(targets.length, 1)];
            return target && this.dial(target.address, target.port);
        });
    }

    /** Whether anybody listens there. */
    async isOpen(address: string, port: number): Promise<boolean> {
        const socket = connect({ path: this.#inward, allowHalfOpen: true });
        socket.write(`probe ${address} ${String(port)}\n`);
        const said = await text(socket);
        socket.destroy();
        return said === "open";
    }

    /** Puts the holder of a pod's network on this one. */
    attach(pod: NetworkHolder, address: string): Promise<void> {
        return this.#router.attach(pod, address);
    }

    /** Pods reach the API server, and nothing else of this machine. */
    async #letCallsOut(): Promise<void> {
        const path = this.#outward();
        if (path.length > LONGEST_PATH) {
            throw new Error(
                `the path ${path} is too long for a socket: choose a place (AIRFLOW_LINKERD_REHEARSAL) with a ` +
                    `path that is ${String(path.length - LONGEST_PATH)} characters shorter`,
            );
        }
        rmSync(path, { force: true });
        await listen({ path }, () => connect({ ...this.#options.api, allowHalfOpen: true }));
    }

    async #startProxy(): Promise<void> {
        const [program = "", ...enter] = inside(this.holder);
        const main = join(dirname(fileURLToPath(import.meta.url)), "service-proxy.ts");
        const options = [
            `--inward=${this.#inward}`,
            `--outward=${this.#outward()}`,
            `--api=${API_ADDRESS}`,
            `--api=${GATEWAY}:${String(this.#options.api.port)}`,
            `--name-server=${NAME_SERVER}`,
            `--metadata=${MACHINE_METADATA}`,
        ];
        const proxy = spawn(program, [...enter, process.execPath, main, ...options], {
            stdio: ["ignore", "inherit", "inherit", "ipc"],
        });
        await new Promise<void>((resolve, reject) => {
            proxy.once("error", reject);
            proxy.once("message", () => {
                resolve();
            });
            proxy.once("exit", (code) => {
                reject(new Error(`the proxy of the cluster's network ended with ${String(code)} while it started`));
            });
        });
        proxy.once("exit", (code) => {
            log(`the proxy of the cluster's network ended with ${String(code)}; starting it again`);
            this.#proxy = undefined;
            void this.#startProxy();
        });
        this.#proxy = proxy;
        this.follow(this.#table);
    }

    #outward(): string {
        return join(this.#options.folder, "outward.sock");
    }
}

/** Joins each connection with one that `dial` makes; without one, it is closed. */
function listen(where: ListenOptions, dial: () => Socket | undefined): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
        const upstream = dial();
        if (upstream === undefined) {
            socket.resetAndDestroy();
            return;
        }
        socket.on("error", () => upstream.destroy());
        upstream.on("error", () => socket.destroy());
        socket.pipe(upstream);
        upstream.pipe(socket);
    });
    return new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(where, resolve);
    });
}
