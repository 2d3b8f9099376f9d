// Stands in for PgBouncer: takes the same configuration file and gives each client a connection of its own to the
// server that the file names, over TLS that it verifies. It does not pool: what a pool of transactions forbids works here.
//
//     node pgbouncer.ts [option]… <pgbouncer.ini>
import { readFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";

const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

// By this the pod's hook finds it.
process.title = "pgbouncer";

const file = process.argv.at(-1) ?? "";
const lines = readFileSync(file, "utf8").split("\n");
const setting = (name: string): string => {
    const line = lines.find((candidate) => candidate.replaceAll(" ", "").startsWith(`${name}=`));
    if (line === undefined) {
        throw new Error(`${file} has no ${name}`);
    }
    return line.slice(line.indexOf("=") + 1).trim();
};
const [, host] = /^"?\w+"? = .*\bhost='([^']+)'/m.exec(lines.join("\n")) ?? [];
const [, port] = /^"?\w+"? = .*\bport=(\d+)/m.exec(lines.join("\n")) ?? [];
if (host === undefined || port === undefined || setting("server_tls_sslmode") !== "verify-full") {
    throw new Error(`${file} must name one database by host and port, and verify its server in full`);
}
const ca = readFileSync(setting("server_tls_ca_file"));

for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => process.exit(0));
}
createServer({ allowHalfOpen: true }, serve).listen(Number(setting("listen_port")), "0.0.0.0", () => {
    console.log(`listening on port ${setting("listen_port")} for ${host}:${port}`);
});

function serve(client: Socket): void {
    client.on("error", () => client.destroy());
    client.once("data", (first) => {
        client.pause();
        if (first.equals(SSL_REQUEST)) {
            // The client decides whether to go on without.
            client.write("N");
            client.resume();
            serve(client);
        } else {
            toServer(client, first);
        }
    });
}

function toServer(client: Socket, first: Buffer): void {
    const plain = connect(Number(port), host);
    const failed = (error: Error): void => {
        console.error(`${host}:${port}: ${error.message}`);
        client.destroy();
    };
    plain.once("error", failed);
    client.once("close", () => plain.destroy());
    plain.write(SSL_REQUEST);
    plain.once("data", (answer) => {
        if (answer.toString() !== "S") {
            failed(new Error("the server takes no TLS"));
            plain.destroy();
            return;
        }
        const upstream = connectSecurely({ socket: plain, host, servername: host ?? "", ca });
        upstream.once("error", failed);
        upstream.write(first);
        upstream.once("data", (offer) => {
            client.write(withoutBinding(offer));
            upstream.pipe(client);
        });
        client.pipe(upstream);
        client.resume();
    });
}

/**
 * The server offers to bind the login to its certificate, which the client does not see, and refuses to hear of. The
 * offer is the first message, and comes alone, because the server then waits for an answer.
 */
function withoutBinding(offer: Buffer): Buffer {
    const AUTHENTICATION_SASL = 10;
    if (offer[0] !== "R".charCodeAt(0) || offer.readInt32BE(5) !== AUTHENTICATION_SASL) {
        return offer;
    }
    const methods = offer
        .toString("latin1", 9)
        .split("\0")
        .filter((name) => name !== "" && !name.endsWith("-PLUS"));
    const names = Buffer.from(`${methods.join("\0")}\0\0`, "latin1");
    const head = Buffer.from(offer.subarray(0, 9));
    head.writeInt32BE(8 + names.length, 1);
    return Buffer.concat([head, names]);
}
