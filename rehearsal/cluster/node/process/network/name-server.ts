import { createSocket } from "node:dgram";

const HEADER = 12;
const TYPE_A = 1;
const TYPE_ANY = 255;
const NO_SUCH_NAME = 3;
const NOT_IMPLEMENTED = 4;
// Names move when pods do, so nobody should remember them for long.
const SECONDS_TO_LIVE = 5;

export type Lookup = (name: string) => readonly string[] | undefined;

/** Answers questions for addresses by `lookup` and knows nothing else: no name from outside of the cluster. */
export function serveNames(address: string, port: number, lookup: Lookup): Promise<void> {
    const socket = createSocket("udp4");
    socket.on("message", (question, from) => {
        const reply = answer(question, lookup);
        if (reply !== undefined) {
            socket.send(reply, from.port, from.address);
        }
    });
    return new Promise((resolve, reject) => {
        socket.once("error", reject);
        socket.bind(port, address, resolve);
    });
}

/** The reply to one message (RFC 1035, section 4), or undefined for one that is no question. */
export function answer(message: Buffer, lookup: Lookup): Buffer | undefined {
    if (message.length < HEADER || (message.readUInt16BE(2) & 0x8000) !== 0 || message.readUInt16BE(4) !== 1) {
        return undefined;
    }
    const labels: string[] = [];
    let at = HEADER;
    for (let length = message[at]; length !== 0; length = message[at]) {
        // A compressed name has nothing to point to in a question.
        if (length === undefined || length > 63 || at + length >= message.length) {
            return undefined;
        }
        labels.push(message.toString("latin1", at + 1, at + 1 + length));
        at += 1 + length;
    }
    const end = at + 5;
    if (end > message.length) {
        return undefined;
    }
    const type = message.readUInt16BE(at + 1);
    const found = lookup(labels.join(".").toLowerCase());
    const addresses = type === TYPE_A || type === TYPE_ANY ? (found ?? []) : [];
    const isQuery = (message.readUInt16BE(2) & 0x7800) === 0;
    const code = !isQuery ? NOT_IMPLEMENTED : found === undefined ? NO_SUCH_NAME : 0;

    const head = Buffer.from(message.subarray(0, end));
    // An authoritative response; recursion is said to be available, or some resolvers ask nobody again.
    head.writeUInt16BE(0x8480 | (message.readUInt16BE(2) & 0x0100) | code, 2);
    head.writeUInt16BE(addresses.length, 6);
    head.writeUInt32BE(0, 8);
    return Buffer.concat([head, ...addresses.map(record)]);
}

function record(address: string): Buffer {
    const result = Buffer.alloc(16);
    // The name is that of the question.
    result.writeUInt16BE(0xc000 | HEADER, 0);
    result.writeUInt16BE(TYPE_A, 2);
    result.writeUInt16BE(1, 4);
    result.writeUInt32BE(SECONDS_TO_LIVE, 6);
    result.writeUInt16BE(4, 10);
    result.set(address.split(".").map(Number), 12);
    return result;
}
