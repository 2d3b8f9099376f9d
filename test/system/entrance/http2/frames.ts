/** HTTP/2 byte by byte (RFC 9113), for requests that no library would send. */

export const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

export const FrameType = { data: 0, headers: 1, resetStream: 3, settings: 4, goAway: 7 } as const;
export const Flag = { acknowledged: 1, endStream: 1, endHeaders: 4 } as const;

const header = 9;

export interface Frame {
    readonly type: number;
    readonly flags: number;
    readonly stream: number;
    readonly payload: Buffer;
}

export function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
    const head = Buffer.alloc(header);
    head.writeUIntBE(payload.length, 0, 3);
    head.writeUInt8(type, 3);
    head.writeUInt8(flags, 4);
    head.writeUInt32BE(stream, 5);
    return Buffer.concat([head, payload]);
}

/** The frames that are there as a whole, and the bytes after them. */
export function framesOf(bytes: Buffer): { readonly frames: readonly Frame[]; readonly rest: Buffer } {
    const frames: Frame[] = [];
    let rest = bytes;
    while (rest.length >= header) {
        const end = header + rest.readUIntBE(0, 3);
        if (rest.length < end) {
            break;
        }
        frames.push({
            type: rest.readUInt8(3),
            flags: rest.readUInt8(4),
            stream: rest.readUInt32BE(5) & 0x7fffffff,
            payload: rest.subarray(header, end),
        });
        rest = rest.subarray(end);
    }
    return { frames, rest };
}

/** Names and values as they are to be read, in their order and whatever is in them. */
export type Headers = readonly (readonly [string, string])[];

/** Each header as a literal that no table is needed for (RFC 7541, 6.2.2). */
export function packed(headers: Headers): Buffer {
    return Buffer.concat(headers.flatMap(([name, value]) => [Buffer.from([0]), ...text(name), ...text(value)]));
}

/** What `packed` wrote. */
export function unpacked(bytes: Buffer): [string, string][] {
    const headers: [string, string][] = [];
    let at = 0;
    const next = (): string => {
        const { length, start } = lengthAt(bytes, at);
        at = start + length;
        return bytes.toString("latin1", start, at);
    };
    while (at < bytes.length) {
        at += 1;
        headers.push([next(), next()]);
    }
    return headers;
}

/** Lengths from 127 on go on in bytes of seven bits each (RFC 7541, 5.1). */
const mostInOne = 0x7f;

function text(value: string): Buffer[] {
    const bytes = Buffer.from(value, "latin1");
    const length: number[] = [Math.min(bytes.length, mostInOne)];
    if (bytes.length >= mostInOne) {
        let left = bytes.length - mostInOne;
        for (; left > mostInOne; left >>= 7) {
            length.push((left & mostInOne) | 0x80);
        }
        length.push(left);
    }
    return [Buffer.from(length), bytes];
}

function lengthAt(bytes: Buffer, from: number): { readonly length: number; readonly start: number } {
    let length = bytes.readUInt8(from);
    let start = from + 1;
    if (length === mostInOne) {
        for (let shift = 0; ; shift += 7) {
            const part = bytes.readUInt8(start++);
            length += (part & mostInOne) << shift;
            if ((part & 0x80) === 0) {
                break;
            }
        }
    }
    return { length, start };
}
