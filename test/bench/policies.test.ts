import assert from "node:assert/strict";

import { policyObjects } from "../../components/mesh/policy/policy-objects.ts";
import { unknownAddresses } from "../../components/mesh/connections/sources.ts";
import { teamsTable } from "./policies.ts";

const objects = (teams: number) =>
    policyObjects(teamsTable(teams), { mode: "enforce", clusterCidrs: unknownAddresses.cluster });

describe("policies of many teams", () => {
    it("are as many for each team, however many there are", () => {
        const [none, one, ten, hundred] = [0, 1, 10, 100].map((teams) => objects(teams + 1).length) as [
            number,
            number,
            number,
            number,
        ];
        const each = one - none;
        assert.ok(each > 5 && each < 20, `${each} for a team`);
        assert.equal(ten - none, 10 * each);
        assert.equal(hundred - none, 100 * each);
    });

    it("name every team in one row of the API server, and not in one object each", () => {
        const toApiServer = objects(50).filter(
            ({ metadata }) => metadata.namespace === "airflow" && metadata.name.startsWith("api-server."),
        );
        assert.ok(toApiServer.length < 10, `${toApiServer.length} objects`);
    });
});
