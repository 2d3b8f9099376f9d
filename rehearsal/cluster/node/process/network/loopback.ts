import { type ChildProcess, spawn } from "node:child_process";
import { connect, type Server, type Socket } from "node:net";
import { fileURLToPath } from "node:url";

import { type V1Pod } from "@kubernetes/client-node";

import { inside, type NetworkHolder } from "./namespaces.ts";

/** A port of this machine's 127.0.0.1 that the pods of one service account find at their own 127.0.0.1. */
export interface LoopbackPort {
    readonly port: number;
    readonly namespace: string;
    readonly account: string;
}

interface Opened {
    readonly network: NetworkHolder;
    readonly servers: Promise<Server[]>;
}

/**
 * Shows pods something of this machine under the very address that people use, where an address is part of what is said
 * and so must be the same on both sides. A small program listens inside the pod's network and hands its socket over, so
 * that nothing goes on running there.
 */
export class LoopbackPorts {
    readonly #ports: readonly LoopbackPort[];
    readonly #opened = new Map<string, Opened>();

    constructor(ports: readonly LoopbackPort[]) {
        this.#ports = ports;
    }

    /** `folder` is the pod's own. Its containers start side by side and share what the first one opens. */
    async open(pod: V1Pod, folder: string, network: NetworkHolder): Promise<void> {
        const account = pod.spec?.serviceAccountName ?? "default";
        const ports = this.#ports.filter(
            (wanted) => wanted.namespace === pod.metadata?.namespace && wanted.account === account,
        );
        if (ports.length === 0) {
            return;
        }
        const opened = this.#opened.get(folder);
        if (opened?.network.pid !== network.pid || opened.network.startTime !== network.startTime) {
            this.close(folder);
            const servers = Promise.all(ports.map(({ port }) => listenInside(network, port)));
            this.#opened.set(folder, { network, servers });
            // The next container of the pod tries again.
            servers.catch(() => this.#opened.delete(folder));
        }
        await this.#opened.get(folder)?.servers;
    }

    /** An open socket would keep the network of a pod that has ended. */
    close(folder: string): void {
        const opened = this.#opened.get(folder);
        this.#opened.delete(folder);
        opened?.servers.then(
            (servers) => {
                servers.forEach((server) => server.close());
            },
            () => undefined, // Told to whoever opened it.
        );
    }
}

async function listenInside(network: NetworkHolder, port: number): Promise<Server> {
    const [program = "", ...enter] = inside(network);
    const listener = fileURLToPath(new URL("loopback-listener.ts", import.meta.url));
    const child = spawn(program, [...enter, process.execPath, listener, String(port)], {
        stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const server = await handedOver(child, port);
    server.on("connection", (socket: Socket) => {
        const upstream = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
        socket.on("error", () => upstream.destroy());
        upstream.on("error", () => socket.destroy());
        socket.pipe(upstream).pipe(socket);
    });
    return server;
}

function handedOver(child: ChildProcess, port: number): Promise<Server> {
    return new Promise((resolve, reject) => {
        child.once("error", reject);
        child.once("message", (_message, server) => {
            resolve(server as Server);
        });
        child.once("exit", (code) => {
            reject(
                new Error(`nobody could listen on 127.0.0.1:${String(port)} of the pod (exit code ${String(code)})`),
            );
        });
    });
}
