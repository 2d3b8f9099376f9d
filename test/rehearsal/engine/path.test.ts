import assert from "node:assert/strict";

import fc from "fast-check";

import { coveredByAny, formatPath, parsePath, touchedByAny } from "../../../rehearsal/engine/values/path.ts";

describe("a property path", () => {
    it("is read back as it was written, whatever the keys", () => {
        const step = fc.oneof(fc.nat(), fc.string({ minLength: 1 }));
        fc.assert(
            fc.property(fc.array(step, { minLength: 1 }), (path) => {
                assert.deepEqual(parsePath(formatPath(path)), path);
            }),
        );
    });

    it("reads quoted keys, indexes and wildcards", () => {
        assert.deepEqual(parsePath('metadata.annotations["a.b/c"][0][*].x'), [
            ...["metadata", "annotations", "a.b/c", 0, "*", "x"],
        ]);
    });

    it("is refused with the place where it cannot be read", () => {
        assert.throws(() => parsePath("a[b"), /"a\[b" is no property path: it cannot be read from character 2 on/);
    });

    it("covers what lies inside it, and nothing beside it", () => {
        assert.equal(coveredByAny(["spec.ports[*].port"], "spec.ports[3].port"), true);
        assert.equal(coveredByAny(["spec"], "spec.ports[3].port"), true);
        assert.equal(coveredByAny(["spec.ports[0]"], "spec.ports[1]"), false);
        assert.equal(coveredByAny(["spec.ports"], "spec"), false);
    });

    it("is touched also when what holds it comes or goes", () => {
        assert.equal(touchedByAny(["spec.ports"], "spec"), true);
        assert.equal(touchedByAny(["spec.ports"], "status"), false);
    });
});
