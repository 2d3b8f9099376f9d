import assert from "node:assert/strict";

import { parsePrometheusText } from "../../../operations/doctor/proxies/prometheus-text.ts";

describe("the reader of Prometheus' text", () => {
    it("reads names, labels and values, and passes over comments", () => {
        assert.deepEqual(
            parsePrometheusText(
                '# HELP calls All calls.\n# TYPE calls counter\ncalls_total{from="a",to="b"} 12\n\nup 1\n# EOF\n',
            ),
            [
                { name: "calls_total", labels: { from: "a", to: "b" }, value: 12 },
                { name: "up", labels: {}, value: 1 },
            ],
        );
    });

    it("undoes what labels escape", () => {
        const [sample] = parsePrometheusText('a{x="back\\\\slash, \\"quote\\", new\\nline, {brace}"} 1');
        assert.equal(sample?.labels.x, 'back\\slash, "quote", new\nline, {brace}');
    });

    it("takes a comma at the end, empty labels, a time, an exemplar and Windows' line ends", () => {
        const texts = [
            'a{x="1",} 1',
            'a{x="1"}1',
            'a{ x = "1" } 1 1764107800000',
            'a{x="1"} 1 # {id="7"} 0.5',
            'a{x="1"} 1\r',
        ];
        for (const text of texts) {
            assert.deepEqual(parsePrometheusText(text), [{ name: "a", labels: { x: "1" }, value: 1 }], text);
        }
        assert.deepEqual(parsePrometheusText("a{} 1"), [{ name: "a", labels: {}, value: 1 }]);
    });

    it("reads every way to write a number", () => {
        const values = parsePrometheusText("a 1.5e+3\na -.5\na +Inf\na -Inf\na NaN\na 1e-2").map(({ value }) => value);
        assert.deepEqual(values, [1500, -0.5, Infinity, -Infinity, NaN, 0.01]);
    });

    it("refuses what is cut off or no metrics, and says where", () => {
        const refuses = (text: string, message: RegExp) => {
            assert.throws(() => parsePrometheusText(text), message, text);
        };
        refuses('a 1\na{x="1', /^Error: line 2 is "a\{x=\\"1": a label as name="value" should stand at column 3$/);
        refuses("<html>", /line 1 is "<html>": a metric's name should stand at column 1/);
        refuses("a", /a space should stand at column 2/);
        refuses("a one", /a number should stand at column 3/);
        refuses("a 1 2 3", /nothing but a time should stand at column 4/);
        refuses('a{x="1" y="2"} 1', /a label/);
        refuses('a{x="1",x="2"} 1', /line 1 has the label x twice/);
        refuses("a{x=1} 1", /a label/);
    });
});
