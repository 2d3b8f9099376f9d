import assert from "node:assert/strict";

import { distance } from "fastest-levenshtein";
import fc from "fast-check";

import { nearest } from "../../../stacks/config/nearest.ts";

const keys = ["cluster", "charts", "trust", "mesh", "airflow"];

describe("the key that was probably meant", () => {
    it("is found through one slip in a short word, two in a longer one", () => {
        assert.equal(nearest("mash", keys), "mesh");
        assert.equal(nearest("chart", keys), "charts");
        assert.equal(nearest("arflw", keys), "airflow");
        assert.equal(nearest("Cluster", keys), "cluster");
    });

    it("is not guessed from a word of its own", () => {
        assert.equal(nearest("login", keys), undefined);
        assert.equal(nearest("teams", keys), undefined);
        assert.equal(nearest("x", keys), undefined);
    });

    it("is never further away than another", () => {
        fc.assert(
            fc.property(fc.constantFrom(...keys), fc.string({ maxLength: 3 }), fc.nat(8), (key, noise, at) => {
                const written = key.slice(0, at) + noise + key.slice(at + 1);
                const found = nearest(written, keys);
                if (found !== undefined) {
                    const edits = (candidate: string) => distance(written.toLowerCase(), candidate);
                    assert.equal(edits(found), Math.min(...keys.map(edits)));
                }
            }),
        );
    });
});
