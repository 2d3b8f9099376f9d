import { parseArgs } from "node:util";

export const usage = `usage: npm run plan -- --base REF [options]
       npm run plan -- --stack A --against B

  --base REF          compare this checkout with that revision, such as origin/main
  --against STACK     compare --stack with that one instead, both in this checkout: what A has and B has not is "new"

  --stack NAME        a stack; every Pulumi.<stack>.yaml of this checkout unless given. May be repeated with --base
  --format FORMAT     text, markdown or json; text unless given
  --render            also say what charts make of changed values: needs helm, and the charts' repositories or a mirror
  --fail-on VERDICT   end with an error at this verdict or a graver one: review or danger
`;

export const PlanFormat = { text: "text", markdown: "markdown", json: "json" } as const;
export type PlanFormat = (typeof PlanFormat)[keyof typeof PlanFormat];

export interface PlanOptions {
    readonly compared: { readonly base: string } | { readonly against: string };
    /** Empty for every stack. */
    readonly stacks: readonly string[];
    readonly format: PlanFormat;
    /** Whether what charts make is told too. */
    readonly render: boolean;
    readonly failOn: "review" | "danger" | undefined;
}

/**
 * Reads the command line.
 *
 * @throws on an option that there is not, and on one that makes no sense, by its name and value.
 */
export function parsePlanOptions(args: readonly string[]): PlanOptions | "help" {
    const { values } = parseArgs({
        args: [...args],
        options: {
            base: { type: "string" },
            against: { type: "string" },
            stack: { type: "string", multiple: true, default: [] },
            format: { type: "string", default: PlanFormat.text },
            render: { type: "boolean", default: false },
            "fail-on": { type: "string" },
            help: { type: "boolean", short: "h", default: false },
        },
    });
    if (values.help) {
        return "help";
    }
    const { base, against, stack: stacks, format, "fail-on": failOn } = values;
    if ((base === undefined) === (against === undefined)) {
        throw new Error("give either --base, a revision to compare with, or --against, another stack");
    }
    for (const [option, name] of [...stacks.map((each) => ["stack", each]), ["against", against ?? "any"]] as const) {
        if (!/^[\w.-]+$/.test(name ?? "")) {
            throw new Error(
                `--${option ?? ""} is ${JSON.stringify(name)}: a stack's name has letters, digits, "-", "_" and "."`,
            );
        }
    }
    // Git takes what begins with a dash for an option.
    if (base !== undefined && !/^[\w@][\w./@~^{}-]*$/.test(base)) {
        throw new Error(`--base is ${JSON.stringify(base)}: give a branch, a tag or a commit`);
    }
    if (against !== undefined && stacks.length !== 1) {
        throw new Error(
            `--against compares with one stack: give it with --stack, once; there are ${String(stacks.length)}`,
        );
    }
    return {
        compared: base === undefined ? { against: against ?? "" } : { base },
        stacks,
        render: values.render,
        format: oneOf("format", format, Object.values(PlanFormat)),
        failOn: failOn === undefined ? undefined : oneOf("fail-on", failOn, ["review", "danger"] as const),
    };
}

function oneOf<Value extends string>(option: string, text: string, values: readonly Value[]): Value {
    const found = values.find((value) => value === text);
    if (found === undefined) {
        throw new Error(`--${option} is ${JSON.stringify(text)}: give ${values.join(" or ")}`);
    }
    return found;
}
