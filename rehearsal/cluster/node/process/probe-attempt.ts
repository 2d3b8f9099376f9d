import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { connect as connectSecurely } from "node:tls";

import { type V1Container, type V1HTTPGetAction, type V1Probe } from "@kubernetes/client-node";

import { type Execution } from "./container-process.ts";
import { type ProbeResult } from "./prober.ts";

export interface Probed {
    readonly container: V1Container;
    readonly podIP: string;
    readonly dial: (address: string, port: number) => Socket;
    readonly isOpen: (address: string, port: number) => Promise<boolean>;
    readonly execute: (command: readonly string[], timeoutSeconds: number) => Promise<Execution>;
}

/** Asks once. Never rejects: what cannot be asked did not pass. */
export async function attemptProbe(probe: V1Probe, probed: Probed): Promise<ProbeResult> {
    const timeout = probe.timeoutSeconds ?? 1;
    try {
        if (probe.exec) {
            const { exitCode, output } = await probed.execute(probe.exec.command ?? [], timeout);
            const ended =
                exitCode === undefined ? `took longer than ${String(timeout)} s` : `exit code ${String(exitCode)}`;
            return { passed: exitCode === 0, message: `${ended} ${output}`.trim() };
        }
        if (probe.httpGet) {
            const status = await httpStatus(probe.httpGet, probed, timeout);
            return { passed: status >= 200 && status < 400, message: `HTTP status ${String(status)}` };
        }
        if (probe.tcpSocket) {
            const port = portOf(probe.tcpSocket.port, probed.container);
            const opened = probed.isOpen(probe.tcpSocket.host ?? probed.podIP, port);
            const passed = await Promise.race([opened, delay(timeout * 1000, false, { ref: false })]);
            return { passed, message: `port ${String(port)} is ${passed ? "open" : "closed"}` };
        }
    } catch (error) {
        return { passed: false, message: (error as Error).message };
    }
    return { passed: false, message: "a probe of this kind is not known here" };
}

/** A port by number or by the name that the container gives it. */
export function portOf(port: number | string, container: V1Container): number {
    if (typeof port === "number") {
        return port;
    }
    const named = container.ports?.find(({ name }) => name === port)?.containerPort;
    if (named === undefined) {
        throw new Error(`the probe's port is "${port}": the container ${container.name} has no port of that name`);
    }
    return named;
}

function httpStatus(action: V1HTTPGetAction, probed: Probed, timeoutSeconds: number): Promise<number> {
    const { path, scheme, host, httpHeaders } = action;
    const port = portOf(action.port, probed.container);
    const address = host ?? probed.podIP;
    const request = scheme === "HTTPS" ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
        const call = request(
            {
                host: address,
                port,
                path: path ?? "/",
                headers: Object.fromEntries((httpHeaders ?? []).map(({ name, value }) => [name, value])),
                // Asked for only without an agent, which would connect by itself, in the machine's own network.
                createConnection: () => {
                    const socket = probed.dial(address, port);
                    // A kubelet does not verify either: it has no name to expect.
                    return scheme === "HTTPS" ? connectSecurely({ socket, rejectUnauthorized: false }) : socket;
                },
                signal: AbortSignal.timeout(timeoutSeconds * 1000),
            },
            (response) => {
                response.resume();
                resolve(response.statusCode ?? 0);
            },
        );
        call.once("error", reject);
        call.end();
    });
}
