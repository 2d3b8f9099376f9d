import { readFileSync } from "node:fs";
import { type IncomingMessage, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import { type AddressInfo } from "node:net";
import { type TLSSocket } from "node:tls";

import { type V1Pod } from "@kubernetes/client-node";

import { explain } from "../api/api-error.ts";
import { log } from "../log.ts";
import { streamLog } from "./log-stream.ts";
import { type PodFolders } from "./pod-folders.ts";

/** The name in the certificate with which the API server calls nodes. It has asked already who may read what. */
export const KUBELET_CLIENT = "kube-apiserver-kubelet-client";

export interface KubeletFiles {
    readonly certificate: string;
    readonly key: string;
    readonly authority: string;
}

export interface KubeletOptions {
    readonly files: KubeletFiles;
    readonly folders: PodFolders;
    readonly pod: (namespace: string, name: string) => V1Pod | undefined;
}

/**
 * The part of a kubelet's server that gives out logs, on 127.0.0.1 and for the API server alone. Resolves with its port.
 */
export async function serveKubelet(options: KubeletOptions): Promise<number> {
    const { certificate, key, authority } = options.files;
    const server = createServer(
        {
            cert: readFileSync(certificate),
            key: readFileSync(key),
            ca: readFileSync(authority),
            requestCert: true,
            rejectUnauthorized: true,
        },
        (request, response) => {
            answer(request, response, options).catch((error: unknown) => {
                log(`logs of ${request.url}: ${explain(error)}`);
                response.destroy();
            });
        },
    );
    await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(0, "127.0.0.1", resolve);
    });
    return (server.address() as AddressInfo).port;
}

async function answer(request: IncomingMessage, response: ServerResponse, options: KubeletOptions): Promise<void> {
    const url = new URL(request.url ?? "/", "https://node");
    const [, verb, namespace = "", name = "", container = ""] = url.pathname.split("/").map(decodeURIComponent);
    const { CN } = (request.socket as TLSSocket).getPeerCertificate().subject;
    if (CN !== KUBELET_CLIENT) {
        refuse(response, 403, `only ${KUBELET_CLIENT} may ask`);
        return;
    }
    const pod = options.pod(namespace, name);
    if (request.method !== "GET" || verb !== "containerLogs" || pod === undefined) {
        refuse(response, 404, `${url.pathname} is not known here`);
        return;
    }
    const logs = options.folders.logs(pod.metadata?.uid ?? "", container);
    const previous = url.searchParams.get("previous") === "true";
    const file = logs.at(previous ? -2 : -1);
    if (file === undefined) {
        const why = logs.length > 0 ? "has ended no earlier run" : "is simulated or has not started: it has no log";
        refuse(response, 400, `container ${container} ${why}`);
        return;
    }
    response.writeHead(200, { "content-type": "text/plain" });
    response.flushHeaders();
    const follows = url.searchParams.get("follow") === "true" && !previous;
    const wish = {
        tailLines: wholeNumber(url, "tailLines"),
        limitBytes: wholeNumber(url, "limitBytes"),
        timestamps: url.searchParams.get("timestamps") === "true",
        follow: () => follows && runs(options.pod(namespace, name), container),
    };
    await streamLog(file, wish, response);
    response.end();
}

function runs(pod: V1Pod | undefined, container: string): boolean {
    const statuses = [...(pod?.status?.initContainerStatuses ?? []), ...(pod?.status?.containerStatuses ?? [])];
    return statuses.find(({ name }) => name === container)?.state?.running !== undefined;
}

function wholeNumber(url: URL, name: string): number | undefined {
    const text = url.searchParams.get(name);
    return text === null ? undefined : Number.parseInt(text, 10);
}

function refuse(response: ServerResponse, status: number, text: string): void {
    response.writeHead(status, { "content-type": "text/plain" });
    response.end(`${text}\n`);
}
