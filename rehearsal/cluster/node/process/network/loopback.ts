import { type ChildProcess, spawn } from "node:child_process";
import { connect, type Server, type Socket } from "node:net";
import { fileURLToPath } from "node:url";

import { type V1Pod } from "@kubernetes/client-node";

import { inside, type NetworkHolder } from "./namespaces.ts";
import { Protocol } from "./policy/policy-pod.ts";
import { type NetworkPolicies } from "./policy/network-policies.ts";

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

interface Call {
    readonly from: string;
    readonly port: number;
    readonly socket: Socket;
}

const ADDRESS = "127.0.0.1";

/**
 * Shows pods something of this machine under the very address that people use, where an address is part of what is said
 * and so must be the same on both sides. A small program listens inside the pod's network and hands its socket over, so
 * that nothing goes on running there. To network policies it is outside of the cluster, at 127.0.0.1 and that port; what
 * they do not allow is reset, since the kernel has accepted it by then.
 */
export class LoopbackPorts {
    readonly #ports: readonly LoopbackPort[];
    readonly #policies: Pick<NetworkPolicies, "mayCall" | "whenChanged">;
    readonly #opened = new Map<string, Opened>();
    readonly #calls = new Set<Call>();

    constructor(ports: readonly LoopbackPort[], policies: Pick<NetworkPolicies, "mayCall" | "whenChanged">) {
        this.#ports = ports;
        this.#policies = policies;
        policies.whenChanged(() => {
            this.#endForbidden();
        });
    }

    /** `folder` is the pod's own. Its containers start side by side and share what the first one opens. */
    async open(pod: V1Pod, folder: string, network: NetworkHolder, podIP: string): Promise<void> {
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
            const servers = Promise.all(ports.map(({ port }) => this.#listen(network, port, podIP)));
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

    async #listen(network: NetworkHolder, port: number, podIP: string): Promise<Server> {
        const [program = "", ...enter] = inside(network);
        const listener = fileURLToPath(new URL("loopback-listener.ts", import.meta.url));
        const child = spawn(program, [...enter, process.execPath, listener, String(port)], {
            stdio: ["ignore", "inherit", "inherit", "ipc"],
        });
        const server = await handedOver(child, port);
        server.on("connection", (socket: Socket) => {
            this.#answer({ from: podIP, port, socket });
        });
        return server;
    }

    #answer(call: Call): void {
        const { port, socket } = call;
        if (!this.#isAllowed(call)) {
            socket.resetAndDestroy();
            return;
        }
        this.#calls.add(call);
        const upstream = connect({ host: ADDRESS, port, allowHalfOpen: true });
        socket.on("error", () => upstream.destroy());
        socket.once("close", () => this.#calls.delete(call));
        upstream.on("error", () => socket.destroy());
        socket.pipe(upstream).pipe(socket);
    }

    #endForbidden(): void {
        for (const call of this.#calls) {
            if (!this.#isAllowed(call)) {
                call.socket.resetAndDestroy();
            }
        }
    }

    #isAllowed({ from, port }: Call): boolean {
        return this.#policies.mayCall(from, { address: ADDRESS, port, protocol: Protocol.tcp });
    }
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
