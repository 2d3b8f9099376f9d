import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { type Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";

export interface LogWish {
    /** Only so many of the last lines. Defaults to all. */
    readonly tailLines?: number;
    /** Only so many bytes. Defaults to all. */
    readonly limitBytes?: number;
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
        let left = wish.limitBytes ?? Number.POSITIVE_INFINITY;
        for (;;) {
            // Asked before the last look, so that nothing is missed that was written before the end.
            const more = wish.follow();
            const buffer = Buffer.alloc(Math.min(CHUNK, left));
            const count = readSync(log, buffer, 0, buffer.length, at);
            if (count > 0) {
                at += count;
                left -= count;
                if (!to.write(buffer.subarray(0, count)) && !to.destroyed) {
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

/** Where the last lines begin. */
function tailOffset(log: number, lines: number): number {
    const newline = "\n".charCodeAt(0);
    const { size } = fstatSync(log);
    const buffer = Buffer.alloc(CHUNK);
    let found = 0;
    for (let end = size; end > 0; end -= CHUNK) {
        const start = Math.max(end - CHUNK, 0);
        readSync(log, buffer, 0, end - start, start);
        for (let at = end - 1; at >= start; at--) {
            // A newline at the very end closes the last line, it begins none.
            if (buffer[at - start] === newline && at !== size - 1 && ++found === lines) {
                return at + 1;
            }
        }
    }
    return lines === 0 ? size : 0;
}
