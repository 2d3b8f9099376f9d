import assert from "node:assert/strict";

import { Call } from "../pod-calls.ts";
import { type Asked } from "./backend.ts";
import { host } from "./door-objects.ts";
import { type EntranceCluster } from "./entrance-cluster.ts";
import { sharedEntrance } from "./shared-entrance.ts";
import { type Visitor } from "./visitor.ts";

/** Bytes that two servers could read as one request or as two. Where it is two, the second asks for `/hidden`. */
const hidden = `GET /hidden HTTP/1.1\r\nhost: ${host}\r\n\r\n`;
const smuggled: readonly (readonly [string, string])[] = [
    ["a length and chunks", `content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`],
    ["chunks and a length", `transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n${hidden}`],
    ["two lengths", `content-length: 0\r\ncontent-length: ${String(hidden.length)}\r\n\r\n${hidden}`],
    ["two lengths in one line", `content-length: 0, ${String(hidden.length)}\r\n\r\n${hidden}`],
    ["a length with a sign", `content-length: +${String(hidden.length)}\r\n\r\n${hidden}`],
    ["an encoding with a space before the colon", `transfer-encoding : chunked\r\n\r\n0\r\n\r\n${hidden}`],
    ["an encoding that is only nearly chunks", `transfer-encoding: xchunked\r\n\r\n0\r\n\r\n${hidden}`],
    ["chunks within another encoding", `transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n${hidden}`],
    ["a chunk whose size is no number", `transfer-encoding: chunked\r\n\r\n0x0\r\n\r\n${hidden}`],
    ["a header with a null byte", `x: y\0z\r\n\r\n${hidden}`],
];

describe("the entrance, against requests that no browser sends", function () {
    this.timeout("40m");

    let cluster: EntranceCluster;
    let attacker: Visitor;

    before(async () => {
        cluster = await sharedEntrance();
        attacker = await cluster.visitor("attacker");
    });

    const asked = async (): Promise<Asked> => JSON.parse((await attacker.ask()).body) as Asked;

    /** How many requests got through to the server, and how many of them asked for what was hidden. */
    async function through(attempt: () => Promise<string>): Promise<{ count: number; found: number; answer: string }> {
        const before = await asked();
        const answer = await attempt();
        const after = await asked();
        return { count: after.count - before.count - 1, found: after.hidden - before.hidden, answer };
    }

    it("lets a request through that is as it should be, so that the others are refused for what they are", async () => {
        const body = "goods";
        const { count, answer } = await through(() =>
            attacker.write(
                `POST /buy HTTP/1.1\r\nhost: ${host}\r\ncontent-length: ${String(body.length)}\r\n\r\n${body}`,
            ),
        );
        assert.equal(count, 1);
        assert.match(answer, /^HTTP\/1\.1 200 /);
        const pipelined = await through(() => attacker.write(`GET / HTTP/1.1\r\nhost: ${host}\r\n\r\n${hidden}`));
        assert.deepEqual([pipelined.count, pipelined.found], [2, 1], "two requests that are two");
    });

    for (const [name, rest] of smuggled) {
        it(`refuses a request with ${name}, and with it whatever it hides`, async () => {
            const { found, answer } = await through(() =>
                attacker.write(`POST / HTTP/1.1\r\nhost: ${host}\r\n${rest}`),
            );
            assert.equal(found, 0, answer);
            assert.match(answer, /^HTTP\/1\.1 (400|501) /);
            assert.equal(answer.split("HTTP/1.1 ").length, 2, "it is answered once");
        });
    }

    it("hands on no header that another server could read as two", async () => {
        const seen = async (header: string): Promise<unknown> => {
            const answer = await attacker.write(`GET / HTTP/1.1\r\nhost: ${host}\r\n${header}\r\n\r\n`);
            const [, body = ""] = answer.split("\r\n\r\n");
            const { headers } = JSON.parse(body) as Asked;
            return [headers.x, headers["x-forwarded-user"], headers["transfer-encoding"]];
        };
        assert.deepEqual(await seen("x: y\r\n transfer-encoding: chunked"), [
            "y transfer-encoding: chunked",
            undefined,
            undefined,
        ]);
        assert.deepEqual(await seen("x: y\rx-forwarded-user: ada"), ["yx-forwarded-user: ada", undefined, undefined]);
    });

    it("refuses headers that are too large, and the server hears nothing of them", async () => {
        const { count, answer } = await through(async () => {
            const { status } = await attacker.ask({ headers: { cookie: "a".repeat(70_000) } });
            return String(status);
        });
        assert.deepEqual([count, answer], [0, "431"]);
    });

    it("refuses more headers than a request has", async () => {
        const headers = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`x-${String(index)}`, "1"]));
        const { count, answer } = await through(async () => String((await attacker.ask({ headers })).status));
        assert.deepEqual([count, answer], [0, "431"]);
    });

    it("leads nobody who asks for another host in the request's line", async () => {
        const { count, answer } = await through(() =>
            attacker.write(`GET https://other.example.com/ HTTP/1.1\r\nhost: ${host}\r\n\r\n`),
        );
        assert.equal(count, 0);
        assert.match(answer, /^HTTP\/1\.1 404 /);
    });

    it("speaks nothing but TLS, and no TLS before 1.2", async () => {
        const plain = `
            const [address] = process.argv.slice(1);
            const socket = require("node:net").connect(443, address, () => socket.write("GET / HTTP/1.1\\r\\nhost: ${host}\\r\\n\\r\\n"));
            let text = "";
            socket.setEncoding("latin1").on("data", (part) => (text += part)).on("close", () => console.log(JSON.stringify(text)));
            socket.on("error", () => undefined);
        `;
        const caller = await cluster.caller("plain");
        assert.ok(!JSON.parse(await caller.says(plain, cluster.address)).includes("HTTP/1.1 200"));
        const old = `
            const [address] = process.argv.slice(1);
            const tls = require("node:tls");
            const options = { host: address, port: 443, servername: "${host}", rejectUnauthorized: false };
            const attempt = (versions) => new Promise((resolve) => {
                const socket = tls.connect({ ...options, ...versions, ciphers: "DEFAULT@SECLEVEL=0" });
                socket.on("secureConnect", () => { resolve(socket.getProtocol()); socket.destroy(); });
                socket.on("error", () => resolve("refused"));
            });
            Promise.all([
                attempt({ minVersion: "TLSv1.1", maxVersion: "TLSv1.1" }),
                attempt({ minVersion: "TLSv1.2", maxVersion: "TLSv1.2" }),
            ]).then((said) => console.log(JSON.stringify(said)));
        `;
        assert.deepEqual(JSON.parse(await caller.says(old, cluster.address)), ["refused", "TLSv1.2"]);
    });

    it("shows nobody Envoy's own administration, and the controller tells nobody without a certificate", async () => {
        const caller = await cluster.caller("curious");
        const [door] = cluster.doors();
        assert.equal(await caller.call({ address: door?.status?.podIP ?? "", port: 19000 }), Call.refused);
        const asking = `
            const [address] = process.argv.slice(1);
            const socket = require("node:tls").connect({ host: address, port: 18000, rejectUnauthorized: false, ALPNProtocols: ["h2"] });
            socket.on("secureConnect", () => socket.write("PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n"));
            socket.on("data", () => { console.log("answered"); process.exit(); });
            socket.on("error", ({ code }) => console.log(code));
            socket.on("close", () => process.exit());
        `;
        const { spec } = cluster.read<{ spec: { clusterIP: string } }>("service", "-n", "entrance", "envoy-gateway");
        assert.match(
            await caller.says(asking, spec.clusterIP),
            /CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE/,
        );
    });
});
