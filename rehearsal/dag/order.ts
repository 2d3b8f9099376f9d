import { parseArgs } from "node:util";

import { type Persona, personas } from "../identity-provider/personas.ts";

export const usage = `usage: npm run dag -- <dag_id> [options]

  --as PERSONA   who runs it: ${personas.map(({ id, about }) => `${id} (${about})`).join(", ")}; otto unless given
  --conf JSON    the run's configuration, an object

Exit code 0 when the run succeeds, 1 when it does not, 2 when it could not be asked for.
`;

/** What the person who runs this can mend. The message says how. */
export class Mistake extends Error {}

/** A run that somebody wants. */
export interface Order {
    readonly dag: string;
    readonly person: Persona;
    readonly conf: object;
}

/** What the command line asks for, or undefined when it asks for help. */
export function order(args: readonly string[]): Order | undefined {
    const { values, positionals } = parseArgs({
        args: [...args],
        allowPositionals: true,
        options: {
            as: { type: "string", default: "otto" },
            conf: { type: "string", default: "{}" },
            help: { type: "boolean", short: "h", default: false },
        },
    });
    const [dag, ...surplus] = positionals;
    if (values.help) {
        return undefined;
    }
    if (dag === undefined || surplus.length > 0) {
        throw new Mistake(`name one DAG, and not ${positionals.join(" and ") || "none"}.\n\n${usage}`);
    }
    const person = personas.find(({ id }) => id === values.as);
    if (person === undefined) {
        throw new Mistake(`--as is "${values.as}": choose one of ${personas.map(({ id }) => id).join(", ")}.`);
    }
    return { dag, person, conf: parsedConf(values.conf) };
}

function parsedConf(text: string): object {
    let conf: unknown;
    try {
        conf = JSON.parse(text);
    } catch {
        conf = undefined;
    }
    if (typeof conf !== "object" || conf === null || Array.isArray(conf)) {
        throw new Mistake(`--conf is ${text}: it must be a JSON object. Write it as '{"key": "value"}'.`);
    }
    return conf;
}
