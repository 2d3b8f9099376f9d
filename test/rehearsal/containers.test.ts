import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { askedContainers, containersOf, rememberContainers } from "../../rehearsal/containers.ts";
import { type Place, place } from "../../rehearsal/place.ts";

describe("the choice between containers that run and containers that are simulated", () => {
    let at: Place;

    beforeEach(() => {
        at = place(mkdtempSync(join(tmpdir(), "airflow-linkerd-containers-")));
        mkdirSync(at.cluster);
    });

    afterEach(() => {
        rmSync(at.root, { recursive: true });
    });

    it("is the environment's, which may leave it open", () => {
        assert.equal(askedContainers("simulated"), "simulated");
        assert.equal(askedContainers("processes"), "processes");
        assert.equal(askedContainers(""), undefined);
    });

    it("refuses what is neither, and says the way out", () => {
        assert.throws(
            () => askedContainers("docker"),
            new Error(
                'AIRFLOW_LINKERD_CONTAINERS is "docker": set it to processes or simulated, or unset it for processes',
            ),
        );
    });

    it("stays what it was at the last start, for a command that goes on from there", () => {
        assert.equal(containersOf(at), "processes");
        rememberContainers(at, "simulated");
        assert.equal(containersOf(at), "simulated");
    });
});
