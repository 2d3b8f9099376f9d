// Stands in for PgBouncer, whose release that our pgbouncer.ini is written for (1.21 or newer) is no package of Debian
// 12's, npm's or PyPI's. It takes the same pgbouncer.ini and gives each client a connection of its own to the server,
// encrypted and verified as configured; the server checks the password. It does not pool, and has no console.
//
//     node pgbouncer.ts [/etc/pgbouncer/pgbouncer.ini]
import { readFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

import { type PgBouncerConfig, readPgBouncerConfig } from "./pgbouncer-config.ts";

const config = readPgBouncerConfig(readFileSync(process.argv[2] ?? "/etc/pgbouncer/pgbouncer.ini", "utf8"));

/** Codes of PostgreSQL's first message that ask for something before the start. */
const askForTls = 80877103;
const askForGss = 80877104;

const server = createServer({ noDelay: true }, (client) => {
    client.on("error", () => client.destroy());
    firstMessage(client, Buffer.alloc(0));
});
server.listen(config.listenPort, process.env.REHEARSAL_ADDRESS ?? "127.0.0.1", () => {
    console.log(`listening on ${config.listenPort} for ${config.host}:${config.port}`);
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => process.exit(0));
}

function firstMessage(client: Socket, before: Buffer): void {
    client.once("data", (data) => {
        const message = Buffer.concat([before, data]);
        if (message.length < 8 || message.length < message.readInt32BE(0)) {
            firstMessage(client, message);
        } else if ([askForTls, askForGss].includes(message.readInt32BE(4))) {
            client.write("N");
            firstMessage(client, message.subarray(8));
        } else {
            // A start or a cancellation: both are the server's business.
            client.pause();
            relay(client, message);
        }
    });
}

function relay(client: Socket, message: Buffer): void {
    const plain = connect({ host: config.host, port: config.port, noDelay: true });
    const fail = (error: Error) => {
        console.error(`${config.host}:${config.port}: ${error.message}`);
        client.destroy();
        plain.destroy();
    };
    plain.once("error", fail);
    plain.once("connect", () => {
        const ask = Buffer.alloc(8);
        ask.writeInt32BE(8, 0);
        ask.writeInt32BE(askForTls, 4);
        plain.write(ask);
    });
    plain.once("data", (answer) => {
        // More than the one letter would be something that came unencrypted.
        if (answer.toString("latin1") !== "S") {
            fail(new Error("the server refuses encryption"));
            return;
        }
        const encrypted = connectTls({ socket: plain, servername: config.host, ca: authority(config) });
        encrypted.once("error", fail);
        encrypted.once("secureConnect", () => {
            encrypted.write(message);
            encrypted.once("data", (first: Buffer) => {
                client.write(withoutChannelBinding(first));
                encrypted.pipe(client).pipe(encrypted);
            });
        });
        client.once("close", () => encrypted.destroy());
        encrypted.once("close", () => client.destroy());
    });
}

/** Clients refuse an offer to bind the login to an encryption that ends here. */
function withoutChannelBinding(message: Buffer): Buffer {
    const offer = Buffer.from("SCRAM-SHA-256-PLUS\0");
    const at = message.indexOf(offer);
    if (message[0] !== 0x52 || at === -1) {
        return message;
    }
    const rest = Buffer.concat([message.subarray(0, at), message.subarray(at + offer.length)]);
    rest.writeInt32BE(message.readInt32BE(1) - offer.length, 1);
    return rest;
}

/** Read at each connection, because it is replaced while this runs. */
function authority({ authorityFile }: PgBouncerConfig): string {
    return readFileSync(authorityFile, "utf8");
}
