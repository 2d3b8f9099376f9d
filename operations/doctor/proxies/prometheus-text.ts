/** One value of one series. */
export interface Sample {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
}

const metricName = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const label = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,|(?=\}))/y;
const number = /[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|[Ii]nf|NaN|nan)/y;
/** A time, and an exemplar after `#`. Neither is of use here. */
const rest = /(?:\s+-?[\d.]+)?\s*(?:#.*)?$/y;

/**
 * The samples of a text in Prometheus' format.
 *
 * @throws on the first line that is neither a sample nor a comment: half of a text would say that a call never happened.
 */
export function parsePrometheusText(text: string): Sample[] {
    return text.split("\n").flatMap((line, index) => {
        const written = line.trim();
        return written === "" || written.startsWith("#") ? [] : [sample(written, index + 1)];
    });
}

function sample(line: string, lineNumber: number): Sample {
    let at = 0;
    const take = (pattern: RegExp, expected: string): RegExpExecArray => {
        pattern.lastIndex = at;
        const match = pattern.exec(line);
        if (match === null) {
            throw new Error(
                `line ${String(lineNumber)} is ${JSON.stringify(line.slice(0, 80))}: ${expected} should stand at column ${String(at + 1)}`,
            );
        }
        at = pattern.lastIndex;
        return match;
    };

    const [name] = take(metricName, "a metric's name");
    const labels: Record<string, string> = {};
    if (line[at] === "{") {
        at += 1;
        while (line[at] !== "}") {
            const [, key = "", value = ""] = take(label, 'a label as name="value"');
            if (Object.hasOwn(labels, key)) {
                throw new Error(`line ${String(lineNumber)} has the label ${key} twice`);
            }
            labels[key] = unescaped(value);
        }
        at += 1;
    }
    take(/\s+|(?<=\})/y, "a space");
    const [value] = take(number, "a number");
    take(rest, "nothing but a time");
    return { name, labels, value: toNumber(value) };
}

function unescaped(text: string): string {
    return text.replace(/\\(.)/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped));
}

function toNumber(text: string): number {
    const infinite = /^([+-]?)inf$/i.exec(text);
    return infinite === null ? Number(text.replace("nan", "NaN")) : Number(`${infinite[1] ?? ""}Infinity`);
}
