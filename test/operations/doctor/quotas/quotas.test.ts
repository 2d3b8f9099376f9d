import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { awsCli, type QuotaReader } from "../../../../operations/doctor/quotas/aws-cli.ts";
import { coresOf } from "../../../../operations/doctor/quotas/instance-cores.ts";
import { quotaNeeds } from "../../../../operations/doctor/quotas/needs.ts";
import { preflight, preflightText } from "../../../../operations/doctor/quotas/preflight.ts";
import { eks } from "../../../stacks/config/cluster/eks-section.ts";
import { config } from "../../../stacks/stack-file.ts";

const needs = (more: object = {}) =>
    Object.fromEntries(quotaNeeds(config({ cluster: { ...eks, ...more } })).map(({ code, amount }) => [code, amount]));

const onDemand = "L-1216C47A";
const spot = "L-34B43A08";
const addresses = "L-0263D0A3";

describe("what a stack takes of an account's quotas", () => {
    it("is each group's nodes and one more, by the cores of its largest type, and an address for each gateway", () => {
        assert.deepEqual(needs(), { [onDemand]: 16, [spot]: 24, [addresses]: 3 });
        const platform = { instanceTypes: ["m7i.large", "m7i.2xlarge"], minimum: 4 };
        assert.equal(needs({ nodes: { kind: "managed", platform } })[onDemand], 40);
        assert.equal(needs({ network: { kind: "new", nat: "single" } })[addresses], 1);
    });

    it("is as many as an autoscaler may add", () => {
        assert.equal(needs({ nodes: { kind: "managed", scaledBy: "autoscaler" } })[spot], 21 * 8);
    });

    it("is what pools may grow to, by how they are paid for and by family", () => {
        const tasks = [
            { name: "general", capacity: "both", maximumCores: 100 },
            { name: "cheap", capacity: "spot", maximumCores: 10 },
            { name: "gpu", capacity: "on-demand", categories: ["g"], maximumCores: 16 },
        ];
        assert.deepEqual(needs({ nodes: { kind: "karpenter", tasks } }), {
            [onDemand]: 16 + 100,
            [spot]: 110,
            "L-DB2E81BA": 16,
            [addresses]: 3,
        });
        assert.equal(needs({ nodes: { kind: "auto", maximumTaskCores: 64 } })[spot], 64);
    });

    it("is nothing where somebody else made cluster and network", () => {
        const aws = { accountId: "123456789012", region: "eu-central-1", name: "shared" };
        assert.deepEqual(quotaNeeds(config({ cluster: { kind: "existing", aws } })), []);
    });

    it("cannot be told of a type whose name does not say its cores", () => {
        assert.equal(coresOf("m7g.medium"), 1);
        assert.equal(coresOf("c7i.48xlarge"), 192);
        assert.throws(() => coresOf("m7i.metal"), /how many vCPUs m7i\.metal has is not in its name/);
    });
});

describe("the account's quotas", () => {
    const reader = (allowed: Record<string, number>): QuotaReader => ({
        valueOf: (code) => Promise.resolve(allowed[code] ?? assert.fail(`nobody asks for ${code}`)),
    });

    it("are too low by number and code, or enough", async () => {
        const found = await preflight(
            quotaNeeds(config({ cluster: eks })),
            reader({ [onDemand]: 16, [spot]: 5, [addresses]: 5 }),
        );
        assert.deepEqual(
            found.map(({ code, enough }) => [code, enough]),
            [
                [onDemand, true],
                [spot, false],
                [addresses, true],
            ],
        );
        const text = preflightText("eu-central-1", found);
        assert.match(text, /Too low in eu-central-1.*\n.*\n +L-34B43A08 .* 24 +5 +tasks: \(2 nodes \+ 1 .* 8 cores/);
        assert.match(text, /Enough in eu-central-1/);
    });

    describe("by the AWS CLI", () => {
        let folder: string;
        before(() => (folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-aws-cli-"))));
        after(() => {
            rmSync(folder, { recursive: true });
        });

        const cli = (script: string): QuotaReader => {
            const program = join(folder, "aws");
            writeFileSync(program, `#!/bin/sh\n${script}\n`);
            chmodSync(program, 0o755);
            return awsCli("eu-central-1", program);
        };

        it("are asked for in the stack's region", async () => {
            const value = await cli(
                'test "$*" = "service-quotas get-service-quota --service-code ec2 --quota-code L-1 --region eu-central-1 --output json --no-cli-pager" && echo \'{"Quota":{"Value":32.0}}\'',
            ).valueOf("L-1");
            assert.equal(value, 32);
        });

        it("are refused with what AWS says, and never taken for enough", async () => {
            await assert.rejects(
                cli("echo AccessDenied >&2; exit 254").valueOf("L-1"),
                /L-1 could not be read: AccessDenied\. It takes servicequotas:GetServiceQuota/,
            );
            await assert.rejects(cli("echo '{}'").valueOf("L-1"), /something else than the quota L-1/);
            await assert.rejects(awsCli("eu-central-1", join(folder, "none")).valueOf("L-1"), /not on the PATH/);
        });
    });
});
