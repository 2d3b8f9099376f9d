import assert from "node:assert/strict";
import { PassThrough } from "node:stream";

import { Stage } from "./stage.ts";

describe("the display on a terminal", function () {
    // Each run starts a program, which takes a second on a quiet machine.
    this.timeout(120_000);

    it("is a tree that is drawn over itself and ends with everything in place, messages below", async () => {
        const stage = await Stage.open();
        const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 60, rows: 20 });
        let shown = "";
        terminal.on("data", (chunk: Buffer) => (shown += chunk.toString()));
        await stage.up(
            [
                { kind: "room", name: "room" },
                { name: "a", inputs: { token: { $secret: "hunter2" } }, options: { parent: "room" } },
                { kind: "log", name: "a", inputs: { text: "mind the gap" } },
            ],
            { output: terminal, diff: true },
        );
        await stage.close();
        const screen = render(shown);
        assert.match(
            screen,
            /^\+ pulumi:pulumi:Stack described-dev created\n {3}\+ described:index:Room room created\n {6}\+ fake:index:Thing a created/m,
        );
        assert.match(screen, /Diagnostics:\n {2}a: info: mind the gap/);
        assert.match(screen, /Resources:\n {4}\+ 3 created/);
        assert.equal(screen.match(/Thing a created/g)?.length, 1);
        assert.doesNotMatch(shown, /hunter2/);
    });
});

/** What a terminal would show: each "up N lines, erase below" takes lines back. */
function render(output: string): string {
    const lines: string[] = [""];
    for (const [, up, text] of output.matchAll(/\u001b\[(\d+)A\u001b\[0J|([^\u001b]+)/g)) {
        if (up !== undefined) {
            lines.splice(-1 - Number(up), Number(up));
        } else {
            const [head = "", ...rest] = (text ?? "").split("\n");
            lines[lines.length - 1] += head;
            lines.push(...rest);
        }
    }
    return lines.join("\n");
}
