import assert from "node:assert/strict";

import { ProgramFailure } from "../../rehearsal/recording/recording.ts";
import { recorded } from "../support/recordings.ts";

/** Everything that the program had registered when it gave up, but for the stack itself. */
async function refusal(config: Record<string, unknown>): Promise<{ message: string; registered: string[] }> {
    const failure: unknown = await recorded("dev", { preview: false, config }).catch((error: unknown) => error);
    assert.ok(failure instanceof ProgramFailure, "the program must fail");
    const registered = failure.resources.filter(({ type }) => type !== "pulumi:pulumi:Stack");
    return { message: failure.message, registered: registered.map(({ name }) => name) };
}

describe("the program, given what it cannot use", function () {
    this.timeout(180_000);

    it("says what is wrong with the config, and registers nothing", async () => {
        const { message, registered } = await refusal({ trust: { signer: 7 }, mesh: { highAvailabilty: true } });
        assert.match(message, /The config of stack dev has 2 problems\. Nothing was changed\./);
        assert.match(message, /airflow-linkerd:trust\.signer is 7: it must be one of trust\.generations \(1\)/);
        assert.match(message, /highAvailabilty is no key that exists.*Did you mean highAvailability\?/);
        assert.doesNotMatch(message, /\.ts:\d+/, "a stack trace helps nobody here");
        assert.deepEqual(registered, []);
    });

    it("says which mirror does not answer, and registers nothing", async () => {
        const { message, registered } = await refusal({ charts: { mirror: "https://127.0.0.1:1" } });
        assert.match(message, /https:\/\/127\.0\.0\.1:1\/gateway-api-1\.5\.1-experimental\.yaml cannot be read: /);
        assert.doesNotMatch(message, /\.ts:\d+/, "a stack trace helps nobody here");
        assert.deepEqual(registered, []);
    });
});
