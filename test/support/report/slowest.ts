/** How long one test took, or what is done once before or after several. */
export interface Timed {
    /** With the titles of the suites that it is in. */
    readonly title: string;
    /** From the project's root. */
    readonly file: string;
    readonly ms: number;
}

/** The slowest first, and no more than so many. */
export function slowest(timed: readonly Timed[], most: number): Timed[] {
    return timed.toSorted((one, other) => other.ms - one.ms).slice(0, most);
}

/** One line for each. */
export function slowestLines(timed: readonly Timed[]): string[] {
    const seconds = timed.map(({ ms }) => `${(ms / 1000).toFixed(1)} s`);
    const width = Math.max(0, ...seconds.map((text) => text.length));
    return timed.map(({ title, file }, index) => `${seconds[index]?.padStart(width) ?? ""}  ${title} (${file})`);
}
