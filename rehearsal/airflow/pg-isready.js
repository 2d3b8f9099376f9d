// JavaScript, because it is installed beside the server as a program that starts itself.
//
// What `pg_isready` of PostgreSQL's client tools does, which the package of the server leaves out: exit code 0 when
// the server accepts connections, 1 when it is starting or stopping, 2 when nothing answers. It never logs in.
import { connect } from "node:net";
import { parseArgs } from "node:util";

const { values } = parseArgs({
    options: {
        host: { type: "string", short: "h", default: process.env.PGHOST ?? "/var/run/postgresql" },
        port: { type: "string", short: "p", default: process.env.PGPORT ?? "5432" },
        username: { type: "string", short: "U", default: "postgres" },
        dbname: { type: "string", short: "d" },
        timeout: { type: "string", short: "t", default: "3" },
        quiet: { type: "boolean", short: "q", default: false },
    },
});

/** The server's answer while it starts, stops or recovers. */
const cannotConnectNow = "57P03";

const said = ["accepting connections", "rejecting connections", "no response"];

function end(code) {
    if (!values.quiet) {
        console.log(`${values.host}:${values.port} - ${said[code]}`);
    }
    process.exit(code);
}

function startupPacket() {
    const parameters = ["user", values.username, "database", values.dbname ?? values.username, ""];
    const body = Buffer.from(parameters.map((text) => `${text}\0`).join(""));
    const head = Buffer.alloc(8);
    head.writeInt32BE(head.length + body.length, 0);
    head.writeInt32BE(3 << 16, 4);
    return Buffer.concat([head, body]);
}

const socket = values.host.startsWith("/")
    ? connect({ path: `${values.host}/.s.PGSQL.${values.port}` })
    : connect({ host: values.host, port: Number(values.port) });
socket.setTimeout(Number(values.timeout) * 1000, () => end(2));
socket.once("error", () => end(2));
socket.once("close", () => end(2));
socket.once("connect", () => socket.write(startupPacket()));
// Any other refusal, such as one of the user, comes from a server that takes connections.
socket.once("data", (answer) => end(answer[0] === 0x45 && answer.includes(cannotConnectNow) ? 1 : 0));
