import { setTimeout as delay } from "node:timers/promises";

import { explain } from "../../api-error.ts";
import { log } from "../../log.ts";
import { retryDelayMs } from "../../retry.ts";
import { type NetworkHolder, run } from "./namespaces.ts";

export interface PacketTableOptions {
    readonly holder: NetworkHolder;
    /** As nftables calls it, such as `policies`. */
    readonly name: string;
    /** What holds until the first rules are there, and while those that are wanted cannot be put in force. */
    readonly closed: string;
}

/** One table of nftables in a network. Its rules are replaced all at once, so that no packet meets half of them. */
export class PacketTable {
    readonly #options: PacketTableOptions;
    #wanted: string;
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
    async put(rules: string): Promise<void> {
        this.#wanted = rules;
        while (this.#inForce !== this.#wanted) {
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

    async #load(rules: string): Promise<void> {
        const { holder, name } = this.#options;
        // To delete it must exist, and a declaration makes it when it does not.
        const text = `table inet ${name}\ndelete table inet ${name}\ntable inet ${name} {\n${rules}\n}\n`;
        await run(holder, ["nft", "--file", "-"], text);
        this.#inForce = rules;
    }
}
