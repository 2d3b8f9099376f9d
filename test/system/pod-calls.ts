import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { type V1Pod } from "@kubernetes/client-node";

import { inside, type NetworkHolder } from "../../rehearsal/cluster/node/process/network/namespaces.ts";
import { type Place } from "../../rehearsal/place.ts";

/** What a connection comes to. */
export const Call = {
    /** The other side took it and said something. */
    answered: "answered",
    /** The other side took it and waits to be asked. */
    accepted: "accepted",
    /** The other side said no at once, or ended it before a word. */
    refused: "refused",
    /** Nobody said anything: the packets were dropped. */
    unanswered: "unanswered",
    /** There is no way there. */
    unreachable: "unreachable",
} as const;
export type Call = (typeof Call)[keyof typeof Call];

interface Target {
    readonly address: string;
    readonly port: number;
}

// As long as a busy machine may take: who is told too early that nobody answers fails for no reason.
const PATIENCE_MS = 2500;

const calling = `
    const [address, port] = process.argv.slice(1);
    const socket = require("node:net").connect(Number(port), address);
    let taken = false;
    const say = (what, heard = "") => { console.log(JSON.stringify({ what, heard })); process.exit(); };
    socket.on("connect", () => { taken = true; });
    socket.once("data", (bytes) => say("answered", bytes.toString().trim()));
    socket.on("error", ({ code }) => say(/UNREACH/.test(code) ? "unreachable" : "refused"));
    socket.on("close", () => say("refused"));
    setTimeout(() => say(taken ? "accepted" : "unanswered"), ${String(PATIENCE_MS)});
`;

// One line in, one line out, as long as the connection lives.
const holding = `
    const [address, port] = process.argv.slice(1);
    const socket = require("node:net").connect(Number(port), address);
    socket.on("data", (bytes) => process.stdout.write("heard\\n"));
    socket.on("error", () => undefined);
    process.stdin.on("data", (bytes) => socket.write(bytes));
    process.stdin.on("end", () => process.exit());
`;

const resolving = `
    const { Resolver } = require("node:dns").promises;
    const resolver = new Resolver({ timeout: ${String(PATIENCE_MS)}, tries: 1 });
    resolver.setServers(["10.96.0.10"]);
    resolver.resolve4(process.argv[1]).then(([address]) => console.log(address), () => process.exit());
`;

/** A connection that stays open until it is closed. */
export class HeldCall {
    readonly #child: ChildProcess;

    constructor(child: ChildProcess) {
        this.#child = child;
    }

    /** Whether something comes from the other side within a moment. */
    hears(): Promise<boolean> {
        return new Promise((resolve) => {
            const timer = setTimeout(() => {
                resolve(false);
            }, PATIENCE_MS);
            this.#child.stdout?.once("data", () => {
                clearTimeout(timer);
                resolve(true);
            });
        });
    }

    /** Whether what is said comes back. */
    echoes(): Promise<boolean> {
        this.#child.stdin?.write("anybody there?\n");
        return this.hears();
    }

    close(): void {
        this.#child.stdin?.end();
    }
}

/** What a pod that runs as processes meets in its network. */
export class PodView {
    readonly address: string;
    readonly #enter: readonly string[];

    constructor(at: Place, pod: V1Pod) {
        const record = join(at.cluster, "pods", pod.metadata?.uid ?? "", "network.json");
        const { pod: network } = JSON.parse(readFileSync(record, "utf8")) as { pod: NetworkHolder };
        this.address = pod.status?.podIP ?? "";
        this.#enter = inside(network);
    }

    async call(target: Target): Promise<Call> {
        return (await this.#called(target)).what;
    }

    /** What the other side said first. */
    async heard(target: Target): Promise<string> {
        return (await this.#called(target)).heard;
    }

    /** The address that the cluster's name server has for a name. */
    async resolves(name: string): Promise<string | undefined> {
        const said = await text(this.#run(resolving, name).stdout as NodeJS.ReadableStream);
        return said.trim() === "" ? undefined : said.trim();
    }

    /** What a program of Node.js that runs in this pod's network writes. */
    async says(program: string, ...args: string[]): Promise<string> {
        return text(this.#run(program, ...args).stdout as NodeJS.ReadableStream);
    }

    /** A program of Node.js that goes on running in this pod's network: whoever starts it ends it. */
    starts(program: string, ...args: string[]): ChildProcess {
        return this.#run(program, ...args);
    }

    /** Opens a connection that stays, and waits until the other side has said something. */
    async hold({ address, port }: Target): Promise<HeldCall> {
        const held = new HeldCall(this.#run(holding, address, String(port)));
        await held.hears();
        return held;
    }

    async #called({ address, port }: Target): Promise<{ what: Call; heard: string }> {
        const child = this.#run(calling, address, String(port));
        return JSON.parse(await text(child.stdout as NodeJS.ReadableStream)) as { what: Call; heard: string };
    }

    #run(program: string, ...args: string[]): ChildProcess {
        const [command = "", ...enter] = this.#enter;
        return spawn(command, [...enter, process.execPath, "--eval", program, ...args], {
            stdio: ["pipe", "pipe", "inherit"],
        });
    }
}
