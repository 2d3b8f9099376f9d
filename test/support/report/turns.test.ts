import assert from "node:assert/strict";

import { Turns } from "./turns.ts";

describe("runs that go side by side", () => {
    it("speak one after the other, the first as it goes", () => {
        let said = "";
        const turns = new Turns((text) => (said += text));
        const [one, two, three] = [turns.next(), turns.next(), turns.next()];
        two.say("b");
        one.say("a");
        assert.equal(said, "a");
        three.say("d");
        three.end();
        one.say("A");
        one.end();
        assert.equal(said, "aAb");
        two.say("B");
        assert.equal(said, "aAbB");
        two.end();
        assert.equal(said, "aAbBd");
    });
});
