import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { load } from "js-yaml";

import { checkout } from "../../../../rehearsal/place.ts";
import { checkedConfig } from "../../../../stacks/config.ts";

/** The example's sections, with what is commented out of `teams` put in. */
async function sections(): Promise<Record<string, unknown>> {
    const file = await readFile(join(checkout, "Pulumi.prod.example.yaml"), "utf8");
    const [before = "", after = ""] = file.split(/^(?= {2}# airflow-linkerd:teams:$)/m);
    assert.notEqual(after, "", "the example shows no teams");
    const text = `${before}${after.replaceAll(/^ {2}# /gm, "  ")}`.replaceAll("{ secure: … }", "{ secure: hidden }");
    return (load(text) as { config: Record<string, unknown> }).config;
}

describe("the teams of Pulumi.prod.example.yaml", () => {
    it("are such as a stack may have", async () => {
        const decrypted = JSON.stringify(await sections()).replaceAll(/\{"secure":"[^"]*"\}/g, '"hunter2"');
        const values = JSON.parse(decrypted) as Record<string, Record<string, unknown>>;
        // A stack has either.
        delete values["airflow-linkerd:airflow"]?.dagBundles;
        const { teams } = checkedConfig({
            stack: "prod",
            values: Object.fromEntries(
                Object.entries(values).map(([key, value]) => [
                    key.replace("airflow-linkerd:", ""),
                    JSON.stringify(value),
                ]),
            ),
            secretKeys: new Set(["login", "airflow", "teams"]),
        });
        const [team] = teams;
        assert.ok(team?.aws);
        assert.equal(team.team.name, "analytics");
        for (const shown of [team.egress, team.calls, team.aws.statements, team.aws.policyArns, team.team.placements]) {
            assert.equal(shown?.length, 1);
        }
    });
});
