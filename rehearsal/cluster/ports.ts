import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import writeFileAtomic from "write-file-atomic";

import { hostName } from "../identity-provider/host-name.ts";
import { type Place, placeId } from "../place.ts";

/** The ports on 127.0.0.1 that a control plane listens on. */
export interface Ports {
    readonly api: number;
    readonly etcd: number;
    readonly etcdPeer: number;
    /** Where people reach Airflow, when its containers run. */
    readonly airflow: number;
    /** Where people log in, when Airflow's containers run. */
    readonly identityProvider: number;
}

/** The identity provider's, by the name in its certificate. */
export function issuerOf({ identityProvider }: Pick<Ports, "identityProvider">): string {
    return `https://${hostName}:${String(identityProvider)}`;
}

const NAMES = ["api", "etcd", "etcdPeer", "airflow", "identityProvider"] as const;

/** The address at which people reach what listens on a port of a place. */
export function addressOf(port: number): string {
    return `http://127.0.0.1:${String(port)}`;
}

/** Whoever needs the API server at a known place (a tunnel, a bookmark) names its port here. */
export const API_PORT_VARIABLE = "AIRFLOW_LINKERD_API_PORT";

// Below the range from which the kernel takes ports for outgoing connections, so that none of those is in the way.
const FIRST = 20_000;
const COUNT = 12_000;

const POLL_MILLISECONDS = 50;
const LISTEN_SECONDS = 120;

/**
 * The place's own ports: those of last time when they are free or `held` by its own processes, else others. They start
 * at a number made from the place's path, so that two checkouts seldom meet.
 *
 * @throws when the API server's port is asked for by name and somebody else has it.
 */
export async function choosePorts(at: Place, held: ReadonlySet<keyof Ports>, asked = askedApiPort()): Promise<Ports> {
    const remembered = readPorts(at);
    if (asked !== undefined && !(held.has("api") && remembered.api === asked) && !(await isFree(asked))) {
        throw new Error(
            `${API_PORT_VARIABLE} is ${String(asked)}, but another process listens on 127.0.0.1:${String(asked)}: ` +
                `end it (\`ss -ltnp 'sport = :${String(asked)}'\` names it), or unset the variable and a free port is chosen`,
        );
    }
    const ports: Partial<Record<keyof Ports, number>> = asked === undefined ? {} : { api: asked };
    const taken = new Set(Object.values(ports));
    for (const name of NAMES) {
        const port = remembered[name];
        if (ports[name] === undefined && port !== undefined && !taken.has(port)) {
            if (held.has(name) || (await isFree(port))) {
                ports[name] = port;
                taken.add(port);
            }
        }
    }
    for (const name of NAMES) {
        ports[name] ??= await freePort(at, taken);
        taken.add(ports[name]);
    }
    writeFileAtomic.sync(portsFile(at), `${JSON.stringify(ports)}\n`, { mode: 0o600 });
    return ports as Ports;
}

async function freePort(at: Place, taken: ReadonlySet<number>): Promise<number> {
    const start = Number.parseInt(placeId(at), 16) % COUNT;
    for (let offset = 0; offset < COUNT; offset++) {
        const port = FIRST + ((start + offset) % COUNT);
        if (!taken.has(port) && (await isFree(port))) {
            return port;
        }
    }
    throw new Error(`no port from ${String(FIRST)} to ${String(FIRST + COUNT - 1)} is free on 127.0.0.1`);
}

/** What the environment asks for. */
export function askedApiPort(value = process.env[API_PORT_VARIABLE]): number | undefined {
    if (value === undefined || value === "") {
        return undefined;
    }
    const port = Number(value);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
        throw new Error(`${API_PORT_VARIABLE} is "${value}": give a port from 1 to 65535, or unset it`);
    }
    return port;
}

export function isFree(port: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
        const server = createServer();
        server.once("error", (error: NodeJS.ErrnoException) => {
            if (error.code === "EADDRINUSE" || error.code === "EACCES") {
                resolve(false);
            } else {
                reject(error);
            }
        });
        server.listen({ host: "127.0.0.1", port, exclusive: true }, () => server.close(() => resolve(true)));
    });
}

/**
 * Waits until somebody listens on the port.
 *
 * @param check called between tries; throws when waiting has become pointless.
 */
export async function listens(port: number, check: () => void): Promise<void> {
    const deadline = performance.now() + LISTEN_SECONDS * 1000;
    while (!(await accepts(port))) {
        check();
        if (performance.now() > deadline) {
            throw new Error(`nobody listens on 127.0.0.1:${String(port)} after ${String(LISTEN_SECONDS)} s`);
        }
        await delay(POLL_MILLISECONDS);
    }
}

function accepts(port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = connect({ host: "127.0.0.1", port });
        socket.once("connect", () => {
            socket.destroy();
            resolve(true);
        });
        socket.once("error", () => {
            resolve(false);
        });
    });
}

/** The ports of the last start, as far as there was one. */
export function readPorts(at: Place): Partial<Ports> {
    try {
        return JSON.parse(readFileSync(portsFile(at), "utf8")) as Partial<Ports>;
    } catch (error) {
        // Nothing depends on a port staying the same, so a torn file is only a forgotten number.
        if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") {
            return {};
        }
        throw error;
    }
}

function portsFile(at: Place): string {
    return join(at.cluster, "ports.json");
}
