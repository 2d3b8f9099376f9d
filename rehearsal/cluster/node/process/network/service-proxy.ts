// Runs inside the cluster's network, as a child of the node, and ends with it: answers for the API server, for names and
// for what a machine of a cloud tells about itself, and lets the node reach the pods.
import { rmSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { connect, createServer, type Socket } from "node:net";
import { parseArgs } from "node:util";

import { serveNames } from "./name-server.ts";
import { type ServiceTable } from "./service-table.ts";

const { values } = parseArgs({
    options: {
        "name-server": { type: "string" },
        /** The path at which the node asks for a connection to a pod: one line, `dial <address> <port>`, or `probe` to learn whether it would be taken. */
        inward: { type: "string" },
        /** The path at which the node takes connections to the API server. */
        outward: { type: "string" },
        /** Where the API server is inside: by its Service's address, and by that of the Service's endpoint. */
        api: { type: "string", multiple: true, default: [] },
        /** The address of the machine's metadata. */
        metadata: { type: "string" },
    },
});
const { inward, outward, api, metadata, "name-server": nameServer } = values;
if (!inward || !outward || api.length === 0 || !metadata || !nameServer) {
    throw new Error("--inward, --outward, --api, --metadata and --name-server must be given");
}

let names: ServiceTable["names"] = {};

process.once("disconnect", () => process.exit(0));
process.on("message", (message: ServiceTable["names"]) => {
    names = message;
});

rmSync(inward, { force: true });
createServer({ allowHalfOpen: true }, dialForNode).listen(inward);
for (const address of api) {
    const [host = "", port = ""] = address.split(":");
    createServer({ allowHalfOpen: true }, (socket) => {
        join(socket, connect({ path: outward, allowHalfOpen: true }));
    }).listen(Number(port), host);
}
// It gives nothing away, and shows by its answer that somebody reached it.
createHttpServer((_request, response) => response.writeHead(401).end()).listen(80, metadata);
await serveNames(nameServer, 53, (name) => names[name]);
process.send?.("ready");

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
