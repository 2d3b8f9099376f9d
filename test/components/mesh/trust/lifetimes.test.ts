import assert from "node:assert/strict";

import fc from "fast-check";

import {
    defaultLifetimes,
    duration,
    lifetimeProblem,
    webhookHours,
    webhookRenewBeforeHours,
} from "../../../../components/mesh/trust/lifetimes.ts";

describe("lifetimes", () => {
    it("has nothing against its own defaults", () => {
        assert.equal(lifetimeProblem(defaultLifetimes), undefined);
    });

    it("accepts exactly what leaves an issuer longer alive than every certificate that it signs", () => {
        const hours = fc.double({ min: -10, max: 1000, noNaN: true });
        fc.assert(
            fc.property(hours, hours, hours, (workloadHours, issuerHours, issuerRenewBeforeHours) => {
                const sound =
                    workloadHours > 0 && issuerRenewBeforeHours > workloadHours && issuerHours > issuerRenewBeforeHours;
                const problem = lifetimeProblem({ workloadHours, issuerHours, issuerRenewBeforeHours });
                assert.equal(problem === undefined, sound);
            }),
        );
    });

    it("names the lifetime that is wrong", () => {
        assert.deepEqual(lifetimeProblem({ ...defaultLifetimes, workloadHours: 0 })?.path, ["workloadHours"]);
        assert.deepEqual(lifetimeProblem({ ...defaultLifetimes, workloadHours: 25 })?.path, ["issuerRenewBeforeHours"]);
        assert.deepEqual(lifetimeProblem({ ...defaultLifetimes, issuerHours: 25 })?.path, ["issuerHours"]);
        assert.deepEqual(lifetimeProblem({ ...defaultLifetimes, issuerHours: Number.NaN })?.path, ["issuerHours"]);
    });

    it("renews webhook certificates before `linkerd check` warns of them, which it does 60 days before their end", () => {
        assert.ok(webhookRenewBeforeHours > 60 * 24);
        assert.ok(webhookHours > webhookRenewBeforeHours);
    });

    it("writes whole hours as hours and parts of them as seconds", () => {
        assert.equal(duration(48), "48h");
        assert.equal(duration(1.5), "5400s");
        assert.equal(duration(0.025), "90s");
    });
});
