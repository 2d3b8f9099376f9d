import assert from "node:assert/strict";

import fc from "fast-check";

import { defaultKeys, fernetOrder } from "../../../../components/airflow/keys/key-generations.ts";

describe("the generations of Airflow's keys", () => {
    it("begin with one of each", () => {
        assert.deepEqual(defaultKeys, { fernet: { generations: [1], encrypts: 1 }, jwt: 1 });
    });

    it("are given to Airflow with the one that encrypts first, then the newest", () => {
        assert.deepEqual(fernetOrder({ generations: [1, 3, 2], encrypts: 1 }), [1, 3, 2]);
        assert.deepEqual(fernetOrder({ generations: [1, 2, 10], encrypts: 2 }), [2, 10, 1]);
    });

    it("are given to Airflow each once, and none is left out", () => {
        const some = fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1 });
        fc.assert(
            fc.property(some, fc.nat(), (generations, at) => {
                const encrypts = generations[at % generations.length] ?? 0;
                const order = fernetOrder({ generations, encrypts });
                assert.equal(order[0], encrypts);
                assert.deepEqual([...order].sort(), [...generations].sort());
            }),
        );
    });
});
