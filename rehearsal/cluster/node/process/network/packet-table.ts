import { setTimeout as delay } from "node:timers/promises";

import { explain } from "../../api/api-error.ts";
import { log } from "../../log.ts";
import { retryDelayMs } from "../../api/retry.ts";
import { type NetworkHolder, run } from "./namespaces.ts";

/** The contents of a table. */
export interface PacketRules {
    /** Sets, maps and chains that are only called: each may be said in several parts, which add up. */
    readonly parts: readonly string[];
    /** The chains that packets come to by themselves. With them the whole is in force. */
    readonly hooks: string;
}

// The kernel takes about 200 KB at once from a user without privileges, and a rule is ten times its words.
const MOST_AT_ONCE = 6_000;

export interface PacketTableOptions {
    readonly holder: NetworkHolder;
    /** As nftables calls it, such as `policies`. */
    readonly name: string;
    /** What holds until the first rules are there, and while those that are wanted cannot be put in force. */
    readonly closed: PacketRules;
}

/**
 * Rules of nftables in a network. They are loaded beside those in force, in parts that do nothing yet, and then take their
 * place all at once, so that no packet meets half of them.
 */
export class PacketTable {
    readonly #options: PacketTableOptions;
    #wanted: PacketRules;
    #inForce: string | undefined;
    #loading: Promise<void> | undefined;
    #failures = 0;

    private constructor(options: PacketTableOptions) {
        this.#options = options;
        this.#wanted = options.closed;
    }

    /** For a network that has been made just now: the table is there, and closed. */
    static async make(options: PacketTableOptions): Promise<PacketTable> {
        const table = new PacketTable(options);
        await table.#load(options.closed);
        return table;
    }

    /** For a network of an earlier node: what that left in force holds until it is replaced. */
    static find(options: PacketTableOptions): PacketTable {
        return new PacketTable(options);
    }

    /** Why the rules that are wanted are not in force. */
    problem: string | undefined;

    /** Resolves when these rules, or later ones, are in force. Goes on trying until then, with the table closed. */
    async put(rules: PacketRules): Promise<void> {
        this.#wanted = rules;
        while (this.#inForce !== JSON.stringify(this.#wanted)) {
            this.#loading ??= this.#attempt().finally(() => (this.#loading = undefined));
            await this.#loading;
        }
    }

    async #attempt(): Promise<void> {
        const { name, closed } = this.#options;
        try {
            await this.#load(this.#wanted);
            this.#failures = 0;
            this.problem = undefined;
        } catch (error) {
            this.#failures += 1;
            this.problem = explain(error);
            if (this.#failures === 1) {
                log(`the ${name} of the cluster's network: ${this.problem}; closing it and trying again`);
                await this.#load(closed).catch((second: unknown) => {
                    log(`the ${name} of the cluster's network could not be closed: ${explain(second)}`);
                });
            }
            await delay(retryDelayMs(this.#failures));
        }
    }

    async #load(rules: PacketRules): Promise<void> {
        const { holder, name } = this.#options;
        const before = await this.#tables();
        const table = `inet ${name}-${String(1 + Math.max(0, ...before.map((old) => Number(old.split("-").at(-1)))))}`;
        const load = (text: string) => run(holder, ["nft", "--file", "-"], text);
        try {
            for (const parts of slices(rules.parts)) {
                await load(`table ${table} {\n${parts.join("\n")}\n}\n`);
            }
            const gone = before.map((old) => `delete table inet ${old}\n`).join("");
            await load(`table ${table} {\n${rules.hooks}\n}\n${gone}`);
        } catch (error) {
            await load(`table ${table}\ndelete table ${table}\n`);
            throw error;
        }
        this.#inForce = JSON.stringify(rules);
    }

    /** Those of this name that are there: one, unless a node ended while it loaded another. */
    async #tables(): Promise<string[]> {
        const { holder, name } = this.#options;
        const said = await run(holder, ["nft", "list", "tables"]);
        return [...said.matchAll(/^table inet (\S+)$/gm)]
            .map(([, table]) => table ?? "")
            .filter((table) => table.startsWith(`${name}-`));
    }
}

function slices(parts: readonly string[]): string[][] {
    const made: string[][] = [];
    let size = MOST_AT_ONCE;
    for (const part of parts) {
        if (size + part.length > MOST_AT_ONCE) {
            made.push([]);
            size = 0;
        }
        made.at(-1)?.push(part);
        size += part.length;
    }
    return made;
}
