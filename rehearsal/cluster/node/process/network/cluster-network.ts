import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer, type ListenOptions, type Socket } from "node:net";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import writeFileAtomic from "write-file-atomic";

import { isAlive } from "../../../../machine/process-identity.ts";
import { log } from "../../log.ts";
import { configure, hold, inside, type NetworkHolder } from "./namespaces.ts";
import { type ServiceTable } from "./service-table.ts";

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

const POD_RANGE = 16;
/** The address of the network's own side, by which pods reach Services and the API server. */
export const GATEWAY = "10.244.255.254";
const SERVICE_RANGE = "10.96.0.0/16";
const API_ADDRESS = "10.96.0.1:443";
export const NAME_SERVER = "10.96.0.10";

// What the kernel takes for the path of a socket.
const LONGEST_PATH = 107;

/**
 * The cluster's network: a bridge that all pods are on, in a network namespace of the place's own, with a proxy that
 * has the addresses of all Services. So every pod has its true address, containers may listen on all addresses and on
 * any port, and two rehearsals never meet. Nothing of it can be seen or reached from the machine's own network, save
 * through this class.
 */
export class ClusterNetwork {
    readonly #options: ClusterNetworkOptions;
    readonly #holder: NetworkHolder;
    readonly #inward: string;
    #proxy: ChildProcess | undefined;
    #table: ServiceTable = { routes: [], names: {} };

    private constructor(options: ClusterNetworkOptions, holder: NetworkHolder) {
        this.#options = options;
        this.#holder = holder;
        this.#inward = join(options.folder, "inward.sock");
    }

    /** Finds the network that an earlier node made, or makes one. */
    static async open(options: ClusterNetworkOptions): Promise<ClusterNetwork> {
        mkdirSync(options.folder, { recursive: true, mode: 0o700 });
        chmodSync(options.folder, 0o700);
        const record = join(options.folder, "holder.json");
        let holder = recorded(record);
        if (holder === undefined) {
            const environment = { ...process.env, ...options.mark("pod-network") };
            holder = await hold(["unshare", "--user", "--map-root-user", "--net"], environment);
            await configure(holder, [
                "link set lo up",
                // A bridge without a hardware address of its own takes one of its ports', and so another one when a pod
                // goes: until the other pods notice, half a minute later, they reach nothing.
                `link add cluster address ${hardwareAddress(GATEWAY)} type bridge`,
                `addr add ${GATEWAY}/${String(POD_RANGE)} dev cluster`,
                "link set cluster up",
                `route add local ${SERVICE_RANGE} dev lo`,
            ]);
            writeFileAtomic.sync(record, JSON.stringify(holder), { mode: 0o600 });
        }
        const network = new ClusterNetwork(options, holder);
        await network.#letCallsOut();
        await network.#startProxy();
        return network;
    }

    get holder(): NetworkHolder {
        return this.#holder;
    }

    /** Routes to Services as the table says, from now on. */
    follow(table: ServiceTable): void {
        this.#table = table;
        this.#proxy?.send(table);
    }

    /** A connection to an address of a pod or a Service. */
    dial(address: string, port: number): Socket {
        const socket = connect({ path: this.#inward, allowHalfOpen: true });
        socket.write(`dial ${address} ${String(port)}\n`);
        return socket;
    }

    /** Makes a Service reachable at a port of 127.0.0.1. */
    async publish({ port, host, servicePort }: Publication): Promise<void> {
        await listen({ host: "127.0.0.1", port }, () => {
            const [address] = this.#table.names[host] ?? [];
            return address === undefined ? undefined : this.dial(address, servicePort);
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

    /** Puts the holder of a pod's network on the bridge. */
    async attach(pod: NetworkHolder, address: string): Promise<void> {
        // Not named after the address: the network of the pod that had it before may take a moment to go.
        const name = `pod${String(pod.pid)}`;
        // But its hardware address is, so that nobody remembers another one for it.
        const hardware = hardwareAddress(address);
        await configure(this.#holder, [
            `link add ${name} type veth peer name eth0 address ${hardware} netns ${String(pod.pid)}`,
            `link set ${name} master cluster`,
            `link set ${name} up`,
        ]);
        await configure(pod, [
            "link set lo up",
            `addr add ${address}/${String(POD_RANGE)} dev eth0`,
            "link set eth0 up",
            `route add default via ${GATEWAY}`,
        ]);
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
        const [program = "", ...enter] = inside(this.#holder);
        const main = join(dirname(fileURLToPath(import.meta.url)), "service-proxy.ts");
        const options = [
            `--inward=${this.#inward}`,
            `--outward=${this.#outward()}`,
            `--api=${API_ADDRESS}`,
            `--api=${GATEWAY}:${String(this.#options.api.port)}`,
            `--name-server=${NAME_SERVER}`,
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
                reject(new Error(`the proxy of the cluster's Services ended with ${String(code)} while it started`));
            });
        });
        proxy.once("exit", (code) => {
            log(`the proxy of the cluster's Services ended with ${String(code)}; starting it again`);
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

function hardwareAddress(address: string): string {
    const bytes = [0x0a, 0x58, ...address.split(".").map(Number)];
    return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(":");
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

function recorded(file: string): NetworkHolder | undefined {
    try {
        const holder = JSON.parse(readFileSync(file, "utf8")) as NetworkHolder;
        return isAlive(holder) ? holder : undefined;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return undefined;
        }
        throw error;
    }
}
