import { parseArgs } from "node:util";

import { stackFileOf, stackOptions } from "../stack/stack-options.ts";

export const usage = `usage: npm run access -- [options]

Who may do what, from the config of a stack alone: no cluster is read. The same config gives the same answer, so that two
versions can be compared.

  --stack NAME         the stack, dev unless given
  --config-file FILE   its config, Pulumi.<stack>.yaml unless given
  --json               print one JSON document
  --html               print one page for people, which needs nothing besides itself
`;

/** How the answer is printed. */
export type AccessFormat = "text" | "json" | "html";

export interface AccessOptions {
    readonly stack: string;
    readonly configFile: string;
    readonly format: AccessFormat;
}

/** @throws on an option that there is not, and on two formats at once. */
export function parseAccessOptions(args: readonly string[]): AccessOptions | "help" {
    const { values } = parseArgs({
        args: [...args],
        options: { ...stackOptions, html: { type: "boolean", default: false } },
    });
    if (values.help) {
        return "help";
    }
    if (values.json && values.html) {
        throw new Error("--json and --html are two ways to print: leave one of them out");
    }
    return {
        stack: values.stack,
        configFile: stackFileOf(values),
        format: values.html ? "html" : values.json ? "json" : "text",
    };
}
