import assert from "node:assert/strict";

import { compare } from "../../../rehearsal/engine/steps/diff.ts";
import { type PlainMap, UNKNOWN } from "../../../rehearsal/engine/values/property.ts";
import { awsProvider, recordedAws } from "../../../rehearsal/providers/aws/provider.ts";
import { address, operation, temporaryHost } from "./operation.ts";

const host = temporaryHost();
const provider = awsProvider({ region: "eu-central-1" }, host);

const diff = (type: string, oldInputs: PlainMap, newInputs: PlainMap) =>
    provider.diff({
        ...address(type, "it"),
        id: "it",
        oldInputs,
        oldOutputs: oldInputs,
        newInputs,
        changes: compare(oldInputs, newInputs),
    });

const cluster = "aws:eks/cluster:Cluster";
const vpc = "aws:ec2/vpc:Vpc";

describe("replacement of what AWS has", () => {
    after(() => host.remove());

    const replaced = async (type: string, before: PlainMap, now: PlainMap) =>
        (await diff(type, before, now)).replacePaths.length > 0;

    it("replaces for what AWS cannot change", async () => {
        const fixed: [string, PlainMap, PlainMap][] = [
            [cluster, { name: "a" }, { name: "b" }],
            [cluster, { roleArn: "a" }, { roleArn: "b" }],
            [
                cluster,
                { kubernetesNetworkConfig: { serviceIpv4Cidr: "a" } },
                { kubernetesNetworkConfig: { serviceIpv4Cidr: "b" } },
            ],
            [cluster, { encryptionConfig: { resources: ["secrets"] } }, {}],
            [cluster, { computeConfig: { nodeRoleArn: "a" } }, { computeConfig: { nodeRoleArn: "b" } }],
            [vpc, { cidrBlock: "10.0.0.0/16" }, { cidrBlock: "10.1.0.0/16" }],
            [vpc, { cidrBlock: "10.0.0.0/16" }, { cidrBlock: UNKNOWN }],
            ["aws:ec2/subnet:Subnet", { availabilityZone: "a" }, { availabilityZone: "b" }],
            ["aws:eks/nodeGroup:NodeGroup", { instanceTypes: ["a"] }, { instanceTypes: ["a", "b"] }],
            ["aws:eks/nodeGroup:NodeGroup", { launchTemplate: { id: "a" } }, { launchTemplate: { id: "b" } }],
            ["aws:eks/accessEntry:AccessEntry", { principalArn: "a" }, { principalArn: "b" }],
            ["aws:kms/key:Key", { multiRegion: false }, { multiRegion: true }],
            ["aws:rds/instance:Instance", { storageEncrypted: false }, { storageEncrypted: true }],
            ["aws:rds/instance:Instance", { username: "a" }, { username: "b" }],
            ["aws:s3/bucket:Bucket", { bucket: "a" }, { bucket: "b" }],
            [vpc, { region: "eu-central-1" }, { region: "eu-west-1" }],
        ];
        for (const [type, before, now] of fixed) {
            assert.ok(await replaced(type, before, now), `${type} ${JSON.stringify(before)}`);
        }
    });

    it("updates in place what AWS can", async () => {
        const free: [string, PlainMap, PlainMap][] = [
            [cluster, { version: "1.35" }, { version: "1.36" }],
            [cluster, { vpcConfig: { subnetIds: ["a"] } }, { vpcConfig: { subnetIds: ["a", "b"] } }],
            [cluster, {}, { encryptionConfig: { resources: ["secrets"] } }],
            [cluster, { computeConfig: { enabled: false } }, { computeConfig: { enabled: true, nodeRoleArn: "a" } }],
            [cluster, { accessConfig: { authenticationMode: "a" } }, { accessConfig: { authenticationMode: "b" } }],
            [vpc, { enableDnsHostnames: false }, { enableDnsHostnames: true }],
            ["aws:eks/nodeGroup:NodeGroup", { scalingConfig: { maxSize: 1 } }, { scalingConfig: { maxSize: 2 } }],
            ["aws:eks/addon:Addon", { addonVersion: "a" }, { addonVersion: "b" }],
            ["aws:rds/instance:Instance", { instanceClass: "a" }, { instanceClass: "b" }],
            ["aws:kms/key:Key", { policy: "a" }, { policy: "b" }],
        ];
        for (const [type, before, now] of free) {
            assert.ok(!(await replaced(type, before, now)), `${type} ${JSON.stringify(now)}`);
        }
    });

    it("deletes first only what has a name that its successor needs", async () => {
        const early = async (type: string, before: PlainMap, now: PlainMap) =>
            (await diff(type, before, now)).deleteBeforeReplace;
        assert.equal(await early(cluster, { name: "a", roleArn: "a" }, { name: "a", roleArn: "b" }), true);
        assert.equal(await early(cluster, { name: "a" }, { name: "b" }), false);
        assert.equal(await early(vpc, { cidrBlock: "a" }, { cidrBlock: "b" }), false);
        assert.equal(await early(cluster, { name: "a", version: "1" }, { name: "a", version: "2" }), false);
    });

    it("makes another thing of what is replaced, and the same of what is not", async () => {
        const made = async (inputs: PlainMap) => (await provider.create(address(vpc, "it"), inputs, operation())).id;
        const first = await made({ cidrBlock: "10.0.0.0/16", enableDnsSupport: true });
        assert.equal(await made({ cidrBlock: "10.0.0.0/16", enableDnsSupport: false }), first);
        assert.notEqual(await made({ cidrBlock: "10.1.0.0/16", enableDnsSupport: true }), first);
        const endpoint = async (serviceIpv4Cidr: string) => {
            const inputs = { name: "prod", kubernetesNetworkConfig: { serviceIpv4Cidr } };
            return (await provider.create(address(cluster, "it"), inputs, operation())).outputs.endpoint;
        };
        assert.equal(await endpoint("172.20.0.0/16"), await endpoint("172.20.0.0/16"));
        assert.notEqual(await endpoint("172.20.0.0/16"), await endpoint("10.100.0.0/16"));
    });

    it("deletes nothing whose deletion protection is on", async () => {
        const remove = (inputs: PlainMap) => provider.delete(address(cluster, "it"), "it", inputs, inputs, operation());
        await remove({ deletionProtection: false });
        await assert.rejects(remove({ deletionProtection: true }), /deletion protection is on: turn it off for it/);
    });
});

describe("what AWS decides", () => {
    const inputs: PlainMap = { name: "prod", vpcConfig: { subnetIds: ["a"] } };
    const at = address(cluster, "cluster");

    it("is unknown in a preview, also within what was given", async () => {
        const { outputs } = await provider.create(at, inputs, operation({ preview: true }));
        assert.deepEqual(outputs, {
            name: "prod",
            vpcConfig: { subnetIds: ["a"], clusterSecurityGroupId: UNKNOWN },
        });
    });

    it("is made up when deploying, and stays when the rest changes", async () => {
        const { id, outputs } = await provider.create(at, inputs, operation());
        const issuer = (outputs.identities as { oidcs: { issuer: string }[] }[])[0]?.oidcs[0]?.issuer;
        assert.match(String(issuer), /^https:\/\/oidc\.eks\.eu-central-1\.amazonaws\.com\/id\/[0-9A-F]{32}$/);
        const changed: PlainMap = { ...inputs, version: "1.36", vpcConfig: { subnetIds: ["a", "b"] } };
        const later = await provider.update(at, id, inputs, outputs, changed, operation());
        assert.deepEqual(
            { ...later, version: undefined, vpcConfig: undefined },
            { ...outputs, version: undefined, vpcConfig: undefined },
        );
        const group = (of: PlainMap) => (of.vpcConfig as PlainMap).clusterSecurityGroupId;
        assert.equal(group(later), group(outputs));
        assert.deepEqual((later.vpcConfig as PlainMap).subnetIds, ["a", "b"]);
    });

    it("numbers the versions of a launch template, the next of which no preview knows", async () => {
        const template = address("aws:ec2/launchTemplate:LaunchTemplate", "template");
        const { id, outputs } = await provider.create(template, {}, operation());
        assert.equal(outputs.latestVersion, 1);
        const next = await provider.update(template, id, {}, outputs, { description: "x" }, operation());
        assert.equal(next.latestVersion, 2);
        const previewed = await provider.update(
            template,
            id,
            {},
            next,
            { description: "y" },
            operation({ preview: true }),
        );
        assert.equal(previewed.latestVersion, UNKNOWN);
    });
});

describe("lookups at AWS", () => {
    it("find what is asked for, fit for use: subnets of the VPC that was asked for, in several zones", async () => {
        await provider.invoke("aws:ec2/getVpc:getVpc", { id: "vpc-9" });
        const subnets = await Promise.all(
            ["subnet-0", "subnet-1", "subnet-2"].map((id) => provider.invoke("aws:ec2/getSubnet:getSubnet", { id })),
        );
        assert.deepEqual([...new Set(subnets.map(({ vpcId }) => vpcId))], ["vpc-9"]);
        assert.equal(new Set(subnets.map(({ availabilityZone }) => availabilityZone)).size, 3);
        const found = await provider.invoke("aws:eks/getCluster:getCluster", { name: "theirs" });
        assert.equal(found.name, "theirs");
    });

    it("are answered by a test in its own way", async () => {
        const own = recordedAws({ "aws:ec2/getVpc:getVpc": ({ id = "" }) => ({ id, enableDnsSupport: false }) });
        const asked = await own({}, host).invoke("aws:ec2/getVpc:getVpc", { id: "vpc-1" });
        assert.deepEqual(asked, { id: "vpc-1", enableDnsSupport: false });
    });
});
