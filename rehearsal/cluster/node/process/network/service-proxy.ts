// Runs inside the cluster's network, as a child of the node, and ends with it: answers for every Service's address and
// name, and lets the node reach the pods.
import { rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { parseArgs } from "node:util";

import { serveNames } from "./name-server.ts";
import { type ServiceTable, type Target } from "./service-table.ts";

const { values } = parseArgs({
    options: {
        "name-server": { type: "string" },
        /** The path at which the node asks for a connection to a pod: one line, `dial <address> <port>`, or `probe` to learn whether it would be taken. */
        inward: { type: "string" },
        /** The path at which the node takes connections to the API server. */
        outward: { type: "string" },
        /** Where the API server is inside: by its Service's address, and by that of the Service's endpoint. */
        api: { type: "string", multiple: true, default: [] },
    },
});
const { inward, outward, api, "name-server": nameServer } = values;
if (inward === undefined || outward === undefined || api.length === 0 || nameServer === undefined) {
    throw new Error("--inward, --outward, --api and --name-server must be given");
}

let table: ServiceTable = { routes: [], names: {} };
const listeners = new Map<string, Server>();
let turn = 0;

process.once("disconnect", () => process.exit(0));
process.on("message", (message: ServiceTable) => {
    table = message;
    follow();
});

rmSync(inward, { force: true });
createServer({ allowHalfOpen: true }, dialForNode).listen(inward);
for (const address of api) {
    const [host = "", port = ""] = address.split(":");
    createServer({ allowHalfOpen: true }, (socket) => {
        join(socket, connect({ path: outward, allowHalfOpen: true }));
    }).listen(Number(port), host);
}
await serveNames(nameServer, 53, (name) => table.names[name]);
process.send?.("ready");

/** Listens on what has come and no longer on what has gone. Connections that are open stay. */
function follow(): void {
    const wanted = new Set(table.routes.map(({ from }) => from).filter((from) => !api.includes(from)));
    for (const [from, server] of listeners) {
        if (!wanted.has(from)) {
            server.close();
            listeners.delete(from);
        }
    }
    for (const from of wanted) {
        if (!listeners.has(from)) {
            listeners.set(from, listen(from));
        }
    }
}

function listen(from: string): Server {
    const [address = "", number = ""] = from.split(":");
    const server = createServer({ allowHalfOpen: true }, (socket) => {
        const target = next(from);
        if (target === undefined) {
            // What a cluster does for a Service that nobody is behind.
            socket.resetAndDestroy();
        } else {
            join(socket, connect({ host: target.address, port: target.port, allowHalfOpen: true }));
        }
    });
    server.on("error", (error) => {
        console.error(`${from}: ${error.message}`);
    });
    return server.listen(Number(number), address);
}

function next(from: string): Target | undefined {
    const to = table.routes.find((route) => route.from === from)?.to ?? [];
    return to[turn++ % Math.max(to.length, 1)];
}

function dialForNode(socket: Socket): void {
    socket.once("data", (line) => {
        socket.pause();
        const end = line.indexOf("\n");
        const [verb, address = "", number = ""] = line.toString("latin1", 0, end).split(" ");
        const upstream = connect({ host: address, port: Number(number), allowHalfOpen: true });
        if (verb === "probe") {
            upstream.once("connect", () => {
                socket.end("open");
                upstream.destroy();
            });
            upstream.once("error", () => socket.end());
            return;
        }
        upstream.write(line.subarray(end + 1));
        join(socket, upstream);
    });
}

function join(one: Socket, other: Socket): void {
    one.setNoDelay(true);
    other.setNoDelay(true);
    one.on("error", () => other.destroy());
    other.on("error", () => one.destroy());
    one.pipe(other);
    other.pipe(one);
}
