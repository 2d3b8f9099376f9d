import assert from "node:assert/strict";

import { type Connection, DecidedBy, decidedByRows, Protocol, type Workload } from "../../components/connection.ts";

const shop: Workload = {
    kind: "workload",
    name: "shop",
    namespace: "shop",
    serviceAccount: "shop",
    labels: { app: "shop" },
};
const port = { number: 80, protocol: Protocol.http };
const row = { name: "customers", from: [shop], to: shop, port, reason: "Somebody has to buy" } satisfies Connection;

// What may not be written does not compile: tsc fails where one of these lines is no mistake any more.
const { reason, ...unreasoned } = row;
// @ts-expect-error A row needs a reason.
const withoutReason: Connection = unreasoned;
// @ts-expect-error An empty text is no reason.
const withoutWords: Connection = { ...row, reason: "" };
// @ts-expect-error A row needs a caller: no policy is made of nobody.
const withoutCaller: Connection = { ...row, from: [] };
// @ts-expect-error Requests are named, or all of them are meant.
const withoutRequests: Connection = { ...row, only: [] };

describe("a row of the connection table", () => {
    it("has a reason, a caller and requests that the type asks for", () => {
        assert.equal(reason, row.reason);
        assert.deepEqual(
            [withoutReason, withoutWords, withoutCaller, withoutRequests].map(({ name }) => name),
            Array.from({ length: 4 }, () => row.name),
        );
    });

    it("is decided about by the mesh unless the pod has no proxy, or a chart or nobody decides", () => {
        assert.equal(decidedByRows(shop, port), true);
        assert.equal(decidedByRows({ ...shop, meshed: false }, port), false);
        assert.equal(decidedByRows(shop, { ...port, decidedBy: DecidedBy.chart }), false);
        assert.equal(decidedByRows(shop, { ...port, decidedBy: DecidedBy.nobody }), false);
    });
});
