import { connect } from "node:tls";

import { Flag, frame, framesOf, FrameType, type Headers, packed, preface } from "./frames.ts";

export interface Http2Question {
    readonly address: string;
    readonly port: number;
    readonly host: string;
    /** Whose certificates are believed, in PEM. */
    readonly ca: string;
    readonly headers: Headers;
    /** Sent as one frame of data. Defaults to none. */
    readonly body?: string;
}

/** What became of it, in a few words. */
export function ask({ address, port, host, ca, headers, body }: Http2Question): Promise<string> {
    return new Promise((resolve) => {
        const socket = connect({ host: address, port, servername: host, ca, ALPNProtocols: ["h2"] });
        const say = (what: string): void => {
            socket.destroy();
            resolve(what);
        };
        let bytes: Buffer = Buffer.alloc(0);
        let status = "";
        socket.on("secureConnect", () => {
            socket.write(preface);
            socket.write(frame(FrameType.settings, 0, 0));
            const end = body === undefined ? Flag.endStream : 0;
            socket.write(frame(FrameType.headers, Flag.endHeaders | end, 1, packed(headers)));
            if (body !== undefined) {
                socket.write(frame(FrameType.data, Flag.endStream, 1, Buffer.from(body, "latin1")));
            }
        });
        socket.on("data", (part: Buffer) => {
            const { frames, rest } = framesOf(Buffer.concat([bytes, part]));
            bytes = rest;
            for (const { type, flags, stream, payload } of frames) {
                if (type === FrameType.settings && (flags & Flag.acknowledged) === 0) {
                    socket.write(frame(FrameType.settings, Flag.acknowledged, 0));
                } else if (type === FrameType.goAway) {
                    say(`the connection was ended with ${String(payload.readUInt32BE(4))}`);
                } else if (stream === 1 && type === FrameType.resetStream) {
                    say(`the request was ended with ${String(payload.readUInt32BE(0))}`);
                } else if (stream === 1 && type === FrameType.headers) {
                    status ||= statusOf(payload);
                }
                if (stream === 1 && type !== FrameType.resetStream && (flags & Flag.endStream) !== 0) {
                    say(`the answer is ${status}`);
                }
            }
        });
        socket.on("error", ({ message }) => {
            say(`the connection broke: ${message}`);
        });
        socket.on("close", () => {
            say("the connection was ended");
        });
    });
}

/** A status is the first of the headers. The usual ones have a number each (RFC 7541, appendix A). */
const numbered: Readonly<Record<number, string>> = {
    0x88: "200",
    0x89: "204",
    0x8a: "206",
    0x8b: "304",
    0x8c: "400",
    0x8d: "404",
    0x8e: "500",
};

function statusOf(payload: Buffer): string {
    // Before it the size of the table may be changed.
    const first = [...payload].find((byte) => (byte & 0xe0) !== 0x20) ?? 0;
    return numbered[first] ?? "another";
}
