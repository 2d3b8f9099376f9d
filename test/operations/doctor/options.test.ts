import assert from "node:assert/strict";

import { parseOptions } from "../../../operations/doctor/options.ts";

const parsed = (...options: string[]) => {
    const asked = parseOptions(["--audit", ...options]);
    assert.ok(typeof asked === "string" || !("aws" in asked));
    return asked;
};

describe("the doctor's options", () => {
    it("have defaults that fit the development stack", () => {
        assert.deepEqual(parsed(), {
            stack: "dev",
            configFile: "Pulumi.dev.yaml",
            source: { kubeconfig: undefined, context: undefined, timeoutSeconds: 10, minutes: 0 },
            record: undefined,
            json: false,
            expectNone: false,
        });
    });

    it("name the stack's file after the stack, unless it is given", () => {
        const fileOf = (options: ReturnType<typeof parsed>) =>
            typeof options === "string" ? options : options.configFile;
        assert.equal(fileOf(parsed("--stack", "prod")), "Pulumi.prod.yaml");
        assert.equal(fileOf(parsed("--stack", "prod", "--config-file", "other.yaml")), "other.yaml");
    });

    it("read a recording in place of a cluster, never both", () => {
        const options = parsed("--scrape", "here", "--json", "--expect-none");
        assert.ok(typeof options !== "string");
        assert.deepEqual([options.source, options.json, options.expectNone], [{ scrape: "here" }, true, true]);
        for (const other of ["kubeconfig", "context", "timeout", "minutes", "record"]) {
            assert.throws(() => parsed("--scrape", "here", `--${other}`, "1"), {
                message: `--${other} is about a cluster, and --scrape reads none: leave one of them out`,
            });
        }
    });

    it("are refused where they make no sense, by name and value", () => {
        assert.throws(() => parsed("--timeout", "soon"), { message: '--timeout is "soon": give a number above 0' });
        assert.throws(() => parsed("--minutes=-1"), { message: '--minutes is "-1": give a number above 0' });
        assert.throws(() => parsed("--timeout", "Infinity"), {
            message: '--timeout is "Infinity": give a number above 0',
        });
        assert.throws(() => parsed("--audits"), /Unknown option '--audits'/);
        assert.throws(() => parsed("airflow"), /Unexpected argument 'airflow'/);
    });

    it("are few about an account in AWS", () => {
        assert.deepEqual(parseOptions(["--aws", "--stack", "prod", "--json"]), {
            aws: true,
            stack: "prod",
            configFile: "Pulumi.prod.yaml",
            json: true,
        });
        for (const other of [["--audit"], ["--minutes", "1"], ["--scrape", "here"], ["--expect-none"]]) {
            assert.throws(() => parseOptions(["--aws", ...other]), {
                message: `${other[0]} is about a cluster, and --aws reads an account: leave one out`,
            });
        }
    });

    it("ask for help, or for nothing that there is", () => {
        assert.equal(parseOptions(["--help"]), "help");
        assert.equal(parseOptions(["--stack", "prod"]), "nothing");
    });
});
