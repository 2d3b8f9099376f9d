import assert from "node:assert/strict";

import { grammarProblems, policiesOf } from "../../support/iam/policy-grammar.ts";
import { Account, config } from "./account.ts";

const environments = ["prod", "staging", "test"].map((name) => ({
    name,
    cluster: `airflow-${name}`,
    readByNight: "reviewed commits alone",
}));

describe("the policies of examples/bootstrap, as IAM reads them", function () {
    this.timeout(600_000);

    for (const [count, previewed] of [
        [1, false],
        [1, true],
        [2, false],
        [3, true],
    ] as const) {
        it(`are well formed for ${count} environments, ${previewed ? "all previewed" : "none previewed"}`, async () => {
            const account = await Account.open();
            try {
                const chosen = environments
                    .slice(0, count)
                    .map((each) => (previewed ? { ...each, previewByPullRequests: "no data is in there" } : each));
                assert.ok((await account.up({ ...config, environments: chosen })).ok, account.shown);
                const policies = (await account.resources()).flatMap((resource) =>
                    policiesOf(resource).map((policy) => ({ urn: resource.urn, policy })),
                );
                assert.ok(policies.length > 8 * count);
                assert.deepEqual(
                    policies.flatMap(({ urn, policy }) =>
                        grammarProblems(policy).map((problem) => `${urn.split("::").at(-1)}: ${problem}`),
                    ),
                    [],
                );
            } finally {
                await account.close();
            }
        });
    }
});
