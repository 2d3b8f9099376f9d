import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { type Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";

export interface LogWish {
    /** Only so many of the last lines. Defaults to all. */
    readonly tailLines?: number;
    /** Only so many bytes. Defaults to all. */
    readonly limitBytes?: number;
    /** Each line after the time at which it was read, which is not much later than it was written. Defaults to false. */
    readonly timestamps?: boolean;
    /** Goes on until it returns false. */
    readonly follow: () => boolean;
}

const CHUNK = 64 * 1024;
const LOOK_EVERY_MS = 200;

/** Writes a log to a stream, as it is and as it grows. Ends when all is written or the reader is gone. */
export async function streamLog(file: string, wish: LogWish, to: Writable): Promise<void> {
    if (!existsSync(file)) {
        return;
    }
    const log = openSync(file, "r");
    try {
        let at = wish.tailLines === undefined ? 0 : tailOffset(log, wish.tailLines);
        const shown = wish.timestamps === true ? stamped() : (chunk: Buffer) => chunk;
        let left = wish.limitBytes ?? Number.POSITIVE_INFINITY;
        for (;;) {
            // Asked before the last look, so that nothing is missed that was written before the end.
            const more = wish.follow();
            const buffer = Buffer.alloc(Math.min(CHUNK, left));
            const count = readSync(log, buffer, 0, buffer.length, at);
            if (count > 0) {
                at += count;
                left -= count;
                if (!to.write(shown(buffer.subarray(0, count))) && !to.destroyed) {
                    await new Promise((resolve) => to.once("drain", resolve).once("close", resolve));
                }
            }
            if (to.destroyed || left === 0 || (count === 0 && !more)) {
                return;
            }
            if (count === 0) {
                await delay(LOOK_EVERY_MS);
            }
        }
    } finally {
        closeSync(log);
    }
}

const NEWLINE = "\n".charCodeAt(0);

/** Puts the time before each line, also of one that comes in parts. */
export function stamped(now = () => new Date()): (chunk: Buffer) => Buffer {
    let begins = true;
    return (chunk) => {
        const parts: Buffer[] = [];
        for (let start = 0; start < chunk.length;) {
            const newline = chunk.indexOf(NEWLINE, start);
            const end = newline < 0 ? chunk.length : newline + 1;
            parts.push(...(begins ? [Buffer.from(`${now().toISOString()} `)] : []), chunk.subarray(start, end));
            begins = newline >= 0;
            start = end;
        }
        return Buffer.concat(parts);
    };
}

/** Where the last lines begin. */
function tailOffset(log: number, lines: number): number {
    const { size } = fstatSync(log);
    const buffer = Buffer.alloc(CHUNK);
    let found = 0;
    for (let end = size; end > 0; end -= CHUNK) {
        const start = Math.max(end - CHUNK, 0);
        readSync(log, buffer, 0, end - start, start);
        for (let at = end - 1; at >= start; at--) {
            // A newline at the very end closes the last line, it begins none.
            if (buffer[at - start] === NEWLINE && at !== size - 1 && ++found === lines) {
                return at + 1;
            }
        }
    }
    return lines === 0 ? size : 0;
}
