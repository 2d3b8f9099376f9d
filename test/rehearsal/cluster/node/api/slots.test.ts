import assert from "node:assert/strict";

import { Slots } from "../../../../../rehearsal/cluster/node/api/slots.ts";

describe("slots", () => {
    it("let only so many tasks run at once, and all of them in the end, also after failures", async () => {
        const slots = new Slots(3);
        let running = 0;
        let most = 0;
        const task = async (number: number): Promise<number> => {
            running += 1;
            most = Math.max(most, running);
            await new Promise((resolve) => setImmediate(resolve));
            running -= 1;
            if (number % 4 === 0) {
                throw new Error("failed");
            }
            return number;
        };
        const results = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => slots.run(() => task(i))));
        assert.equal(most, 3);
        assert.equal(results.filter((result) => result.status === "fulfilled").length, 15);
    });
});
