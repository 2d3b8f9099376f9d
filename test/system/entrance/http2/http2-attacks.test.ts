import assert from "node:assert/strict";
import { type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { type Attack } from "../../../support/attacks/attack.ts";
import { refusesAttacks } from "../../../support/attacks/attacks.ts";
import { type PodView } from "../../pod-calls.ts";
import { type Asked } from "../backend.ts";
import { host, shop } from "../door-objects.ts";
import { type EntranceCluster } from "../entrance-cluster.ts";
import { sharedEntrance } from "../shared-entrance.ts";
import { type Visitor } from "../visitor.ts";
import { type CarelessProxyOptions } from "./careless-proxy.ts";
import { type Http2Question } from "./ask.ts";
import { type Headers } from "./frames.ts";

const asking = `
    const [module, question] = process.argv.slice(1);
    import(module).then(({ ask }) => ask(JSON.parse(question))).then((answer) => console.log(answer));
`;
const proxying = `
    const [module, options] = process.argv.slice(1);
    import(module).then(({ startCarelessProxy }) => startCarelessProxy(JSON.parse(options))).then(() => console.log("ready"));
`;
const module = (name: string): string => join(import.meta.dirname, name);

/** Where the attacker asks, and how often the server behind it was asked for `/hidden`. */
interface Door {
    readonly ask: (headers: Headers, body?: string) => Promise<string>;
    readonly found: () => Promise<number>;
}

const hidden = `GET /hidden HTTP/1.1\r\nhost: ${host}\r\n\r\n`;
/** What comes after hidden bytes is a header of the hidden request. */
const begun = `GET /hidden HTTP/1.1\r\nhost: ${host}`;
const whole = { ":method": "POST", ":scheme": "https", ":authority": host, ":path": "/" };
const changed = (pseudo: Partial<typeof whole>): Headers => Object.entries({ ...whole, ...pseudo });
const withHeader = (name: string, value: string): Headers => [...Object.entries(whole), [name, value]];

/** In one request of HTTP/2 a second one, for whoever writes it out as HTTP/1.1. */
const smuggled: readonly (readonly [string, Headers, string?])[] = [
    ["a length that is less than its data", withHeader("content-length", "0"), hidden],
    ["chunks, which HTTP/2 does not have", withHeader("transfer-encoding", "chunked"), `0\r\n\r\n${hidden}`],
    ["chunks by a name in capitals", withHeader("Transfer-Encoding", "chunked"), `0\r\n\r\n${hidden}`],
    ["lines in a header's value", withHeader("x", `y\r\ncontent-length: 0\r\n\r\n${begun}\r\nx: y`)],
    ["lines in a header's name", withHeader(`x: y\r\ncontent-length: 0\r\n\r\n${begun}\r\nx`, "y")],
    ["lines in its path", changed({ ":path": `/ HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 0\r\n\r\nGET /hidden` })],
    [
        "lines in its method",
        changed({
            ":method": `GET / HTTP/1.1\r\nhost: ${host}\r\n\r\nGET`,
            ":path": "/hidden",
        }),
    ],
    ["lines in its host", changed({ ":authority": `${host}\r\ncontent-length: 0\r\n\r\n${begun}` })],
    ["two paths", [...Object.entries({ ...whole, ":method": "GET" }), [":path", "/hidden"]]],
    [
        "a path after its headers",
        [
            [":method", "GET"],
            [":scheme", "https"],
            [":authority", host],
            ["x", "y"],
            [":path", "/hidden"],
        ],
    ],
    ["a pseudo-header for its answer", [...changed({ ":method": "GET", ":path": "/hidden" }), [":status", "200"]]],
    ["a header of one connection", [...changed({ ":method": "GET", ":path": "/hidden" }), ["connection", "x"]]],
];

const attacks: readonly Attack<Door>[] = smuggled.map(([name, headers, body]) => ({
    name: `a request with ${name}`,
    says: /the (request|connection) was ended|the answer is 400/,
    async attempt(door) {
        const before = await door.found();
        const answer = await door.ask(headers, body);
        return (await door.found()) > before ? undefined : answer;
    },
}));

describe("the entrance, against HTTP/2 that no browser speaks", function () {
    // The first run on a machine builds Envoy Gateway.
    this.timeout("40m");

    let cluster: EntranceCluster;
    let attacker: PodView;
    let visitor: Visitor;
    let ca: string;
    let proxy: ChildProcess | undefined;

    before(async () => {
        cluster = await sharedEntrance();
        [attacker, visitor] = await Promise.all([cluster.caller("h2-attacker"), cluster.visitor("h2-visitor")]);
        ca = cluster.certificate("door").authority;
    });

    after(async () => {
        if (proxy !== undefined) {
            const ended = once(proxy, "exit");
            proxy.kill();
            await ended;
        }
    });

    const found = async (): Promise<number> => (JSON.parse((await visitor.ask()).body) as Asked).hidden;

    const door = (address: string, port: number): Door => ({
        found,
        ask: async (headers, body) => {
            const question: Http2Question = {
                address,
                port,
                host,
                ca,
                headers,
                ...(body === undefined ? {} : { body }),
            };
            return (await attacker.says(asking, module("ask.ts"), JSON.stringify(question))).trim();
        },
    });

    async function carelessDoor(): Promise<Door> {
        const pod = await cluster.caller("careless");
        const { certificate, key } = cluster.certificate("door");
        const { spec } = cluster.read<{ spec: { clusterIP: string } }>("service", "-n", shop, "server");
        const options: CarelessProxyOptions = {
            port: 8443,
            certificate,
            key,
            to: { host: spec.clusterIP, port: 80 },
            until: '"url":"/hidden"',
        };
        proxy = pod.starts(proxying, module("careless-proxy.ts"), JSON.stringify(options));
        await once(proxy.stdout as NodeJS.ReadableStream, "data");
        return door(pod.address, options.port);
    }

    it("answers a request that is as it should be, so that the others are refused for what they are", async () => {
        const entrance = door(cluster.address, 443);
        const before = await found();
        assert.equal(await entrance.ask(changed({ ":method": "GET", ":path": "/hidden" })), "the answer is 200");
        assert.equal(await found(), before + 1);
        const sent = [...changed({}), ["content-length", "5"]] as const;
        assert.equal(await entrance.ask(sent, "goods"), "the answer is 200");
    });

    it("speaks HTTP/2 only where it was agreed on: no request of HTTP/1.1 turns into it", async () => {
        const before = await found();
        const upgrade = ["connection: upgrade, http2-settings", "upgrade: h2c", "http2-settings: AAMAAABkAAQAAP__"];
        const answer = await visitor.write(
            `GET / HTTP/1.1\r\nhost: ${host}\r\n${upgrade.join("\r\n")}\r\n\r\n${hidden}`,
        );
        assert.doesNotMatch(answer, /^HTTP\/1\.1 101 /m);
        assert.doesNotMatch(answer, /h2c/, "and the server is asked for no such thing");
        const known = await visitor.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        assert.doesNotMatch(known, /^HTTP\/1\.1 200 /);
        assert.ok((await found()) - before <= 1);
    });

    refusesAttacks(
        "a client that speaks HTTP/2",
        {
            name: "the entrance",
            guarded: () => door(cluster.address, 443),
            unguarded: carelessDoor,
        },
        attacks,
    );
});
