import { connect, type Socket } from "node:net";
import { createServer, type TLSSocket } from "node:tls";

import { Flag, frame, framesOf, FrameType, type Headers, preface, unpacked } from "./frames.ts";

export interface CarelessProxyOptions {
    readonly port: number;
    readonly certificate: string;
    readonly key: string;
    /** Whom it leads to. */
    readonly to: { readonly host: string; readonly port: number };
    /** The text after which the other side has said all. */
    readonly until: string;
}

/**
 * What an entrance must not be: it writes HTTP/2 out as HTTP/1.1 without a look at it, and answers once `until` came
 * back. It reads nothing but what the tests beside it write.
 */
export function startCarelessProxy({ port, certificate: cert, key, to, until }: CarelessProxyOptions): Promise<void> {
    const server = createServer({ cert, key, ALPNProtocols: ["h2"] }, (client) => {
        const upstream = connect(to);
        let bytes: Buffer = Buffer.alloc(0);
        let said = "";
        client.write(frame(FrameType.settings, 0, 0));
        client.on("data", (part: Buffer) => {
            bytes = Buffer.concat([bytes, part]);
            if (bytes.indexOf(preface) === 0) {
                bytes = bytes.subarray(preface.length);
            }
            const { frames, rest } = framesOf(bytes);
            bytes = rest;
            for (const { type, payload } of frames) {
                if (type === FrameType.headers) {
                    upstream.write(asHttp1(unpacked(payload)), "latin1");
                } else if (type === FrameType.data) {
                    upstream.write(payload);
                }
            }
        });
        upstream.setEncoding("latin1").on("data", (part: string) => {
            said += part;
            if (said.includes(until)) {
                answer(client);
            }
        });
        endTogether(client, upstream);
    });
    return new Promise((resolve) => server.listen(port, "0.0.0.0", resolve));
}

function answer(client: TLSSocket): void {
    const ok = Buffer.from([0x88]);
    client.write(frame(FrameType.headers, Flag.endHeaders | Flag.endStream, 1, ok));
}

function asHttp1(headers: Headers): string {
    const pseudo = new Map(headers.filter(([name]) => name.startsWith(":")));
    const others = headers.filter(([name]) => !name.startsWith(":")).map(([name, value]) => `${name}: ${value}\r\n`);
    const line = `${pseudo.get(":method") ?? ""} ${pseudo.get(":path") ?? ""} HTTP/1.1\r\n`;
    return `${line}host: ${pseudo.get(":authority") ?? ""}\r\n${others.join("")}\r\n`;
}

function endTogether(client: TLSSocket, upstream: Socket): void {
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
    client.on("error", () => upstream.destroy());
    upstream.on("error", () => client.destroy());
}
