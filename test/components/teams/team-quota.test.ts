import assert from "node:assert/strict";

import { defaultQuota } from "../../../components/teams/team.ts";
import { quotaLimits } from "../../../components/teams/team-quota.ts";

describe("A team's quota", () => {
    it("is what its entry says", () => {
        const limits = quotaLimits(defaultQuota);
        assert.equal(limits.pods, "20");
        assert.equal(limits["requests.cpu"], "10");
        assert.equal(limits["limits.memory"], "40Gi");
    });

    it("has room besides for what the platform runs for the team, with its proxies", () => {
        const limits = quotaLimits(defaultQuota, [
            { cpu: "200m", memory: "1Gi" },
            { cpu: "100m", memory: "512Mi", memoryLimit: "1Gi" },
        ]);
        assert.equal(limits.pods, "22");
        assert.equal(limits["requests.cpu"], `${10_000 + 300 + 200}m`);
        assert.equal(limits["limits.memory"], `${42 * 1024 + 512}Mi`);
        assert.equal(limits["limits.ephemeral-storage"], `${44 * 1024}Mi`);
    });
});
