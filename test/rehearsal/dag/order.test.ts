import assert from "node:assert/strict";

import { Mistake, order } from "../../../rehearsal/dag/order.ts";

const refuses = (args: string[], message: RegExp) => {
    assert.throws(
        () => order(args),
        (error: Error) => error instanceof Mistake && message.test(error.message),
    );
};

describe("what npm run dag is told", () => {
    it("names a DAG, which the author runs with nothing else", () => {
        const wanted = order(["values"]);
        assert.equal(wanted?.dag, "values");
        assert.equal(wanted.person.name, "Otto Author");
        assert.deepEqual(wanted.conf, {});
    });

    it("says who runs it, and with what", () => {
        const wanted = order(["values", "--as", "ada", "--conf", '{"number": 4}']);
        assert.equal(wanted?.person.id, "ada");
        assert.deepEqual(wanted.conf, { number: 4 });
    });

    it("asks for help", () => {
        assert.equal(order(["--help"]), undefined);
    });

    it("names one DAG, no more and no fewer", () => {
        refuses([], /^name one DAG, and not none\.\n\nusage: npm run dag/);
        refuses(["values", "mapped"], /^name one DAG, and not values and mapped\./);
    });

    it("names somebody whom the provider knows", () => {
        refuses(["values", "--as", "root"], /^--as is "root": choose one of ada, otto, vera, ann, bill, nils\.$/);
    });

    it("has a configuration that Airflow takes", () => {
        for (const conf of ["{number: 4}", "[4]", "4", "null", ""]) {
            refuses(
                ["values", "--conf", conf],
                /^--conf is .*: it must be a JSON object\. Write it as '\{"key": "value"\}'\.$/,
            );
        }
    });

    it("has no option that there is not", () => {
        assert.throws(() => order(["values", "--wait"]), /--wait/);
    });
});
