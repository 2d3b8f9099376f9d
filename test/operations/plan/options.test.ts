import assert from "node:assert/strict";

import { parsePlanOptions } from "../../../operations/plan/options.ts";

describe("the command line of plan", () => {
    it("compares with a revision, for every stack unless some are named", () => {
        assert.deepEqual(parsePlanOptions(["--base", "origin/main"]), {
            compared: { base: "origin/main" },
            stacks: [],
            render: false,
            format: "text",
            failOn: undefined,
        });
    });

    it("compares one stack with another", () => {
        const args = ["--stack", "staging", "--against", "prod", "--format", "json", "--fail-on", "danger", "--render"];
        assert.deepEqual(parsePlanOptions(args), {
            compared: { against: "prod" },
            stacks: ["staging"],
            render: true,
            format: "json",
            failOn: "danger",
        });
    });

    const refused: [args: string[], rule: RegExp][] = [
        [[], /either --base.*or --against/],
        [["--base", "main", "--against", "prod"], /either --base.*or --against/],
        [["--base", "--upload-pack=x"], /--base/],
        [["--base", "main;x"], /--base is "main;x": give a branch/],
        [["--against", "prod"], /give it with --stack, once/],
        [["--base", "main", "--stack", "../x"], /--stack is "\.\.\/x"/],
        [["--base", "main", "--format", "xml"], /--format is "xml": give text or markdown or json/],
        [["--base", "main", "--fail-on", "safe"], /--fail-on is "safe"/],
    ];
    for (const [args, rule] of refused) {
        it(`refuses ${JSON.stringify(args)}`, () => {
            assert.throws(() => parsePlanOptions(args), rule);
        });
    }
});
