import { type Writable } from "node:stream";

interface Row {
    readonly parent: string | undefined;
    readonly text: string;
    readonly ended: boolean;
}

/** A tree of resources that is drawn over itself while they change, and stays when it ends. */
export class LiveTree {
    readonly #output: Writable & { columns?: number; rows?: number };
    readonly #rows = new Map<string, Row>();
    #drawn = 0;
    #timer: NodeJS.Timeout | undefined;

    constructor(output: Writable & { columns?: number; rows?: number }) {
        this.#output = output;
    }

    set(urn: string, parent: string | undefined, text: string, ended: boolean): void {
        this.#rows.set(urn, { parent, text, ended });
        this.#soon();
    }

    /** Writes above the tree. */
    print(lines: string): void {
        this.#erase();
        this.#output.write(`${lines}\n`);
        this.#soon();
    }

    end(): void {
        clearTimeout(this.#timer);
        this.#erase();
        this.#output.write(this.#lines(() => true).join(""));
    }

    /** Many steps may end at once: one drawing shows them all. */
    #soon(): void {
        this.#timer ??= setTimeout(() => {
            this.#timer = undefined;
            this.#erase();
            const room = Math.max(1, (this.#output.rows ?? 24) - 2);
            const all = this.#lines(() => true);
            const lines = (all.length <= room ? all : this.#lines(({ ended }) => !ended)).slice(0, room);
            this.#output.write(lines.join(""));
            this.#drawn = lines.length;
        }, 50).unref();
    }

    #erase(): void {
        this.#output.write(this.#drawn === 0 ? "" : `\u001b[${this.#drawn}A\u001b[0J`);
        this.#drawn = 0;
    }

    #lines(wanted: (row: Row) => boolean): string[] {
        const width = (this.#output.columns ?? 120) - 1;
        const below = Map.groupBy(this.#rows.keys(), (urn) => {
            const parent = this.#rows.get(urn)?.parent;
            return parent !== undefined && this.#rows.has(parent) ? parent : "";
        });
        const walk = (parent: string, depth: number): string[] =>
            (below.get(parent) ?? []).flatMap((urn) => {
                const row = this.#rows.get(urn);
                const own = row !== undefined && wanted(row) ? [`${"   ".repeat(depth)}${row.text}`] : [];
                return [...own.map((line) => `${line.slice(0, width)}\n`), ...walk(urn, depth + 1)];
            });
        return walk("", 0);
    }
}
