import assert from "node:assert/strict";

import { awsProvider } from "../../../rehearsal/providers/aws/provider.ts";
import { address, operation, temporaryHost } from "./operation.ts";

const host = temporaryHost();
const provider = awsProvider({ region: "eu-central-1" }, host);
const role = address("aws:iam/role:Role", "airflow-task");

describe("recorded aws provider", () => {
    after(() => host.remove());

    it("is shown as recorded", () => {
        assert.equal(provider.recorded, true);
    });

    it("echoes inputs and makes the same id and ARN every time", async () => {
        const first = await provider.create(role, { name: "task", path: "/" }, operation());
        assert.deepEqual(first, await provider.create(role, { name: "task", path: "/" }, operation()));
        assert.equal(first.id, "task");
        assert.equal(first.outputs.path, "/");
        assert.equal(first.outputs.arn, "arn:aws:iam::123456789012:role/task");
    });

    it("writes ARNs as each service does", async () => {
        const arn = async (type: string) =>
            (await provider.create(address(type, "it"), { name: "it" }, operation())).outputs.arn;
        assert.equal(await arn("aws:eks/cluster:Cluster"), "arn:aws:eks:eu-central-1:123456789012:cluster/it");
        assert.equal(await arn("aws:s3/bucket:Bucket"), "arn:aws:s3:::it");
        assert.match(
            String(await arn("aws:ec2/vpc:Vpc")),
            /^arn:aws:ec2:eu-central-1:123456789012:vpc\/vpc-[0-9a-f]{17}$/,
        );
    });

    it("gives two resources of one kind different ids", async () => {
        const [one, two] = ["a", "b"].map((name) => address("aws:ec2/subnet:Subnet", name));
        assert.ok(one && two);
        assert.notEqual(
            (await provider.create(one, {}, operation())).id,
            (await provider.create(two, {}, operation())).id,
        );
    });

    it("answers who and where it is, and refuses other questions by name", async () => {
        const zones = await provider.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", {});
        assert.deepEqual(zones.names, ["eu-central-1a", "eu-central-1b", "eu-central-1c"]);
        const { accountId } = await provider.invoke("aws:index/getCallerIdentity:getCallerIdentity", {});
        assert.equal(accountId, "123456789012");
        await assert.rejects(
            provider.invoke("aws:ec2/getAmi:getAmi", {}),
            /aws:ec2\/getAmi:getAmi is not answered here/,
        );
    });
});
