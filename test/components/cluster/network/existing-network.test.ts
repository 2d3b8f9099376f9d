import assert from "node:assert/strict";

import { ExistingNetwork } from "../../../../components/cluster/network/existing-network.ts";
import {
    existingNetworkAdvice,
    type ExistingNetworkFacts,
    existingNetworkProblems,
    type SubnetFacts,
} from "../../../../components/cluster/network/existing-network-problems.ts";
import { type Answers, usualAnswers } from "../../../../rehearsal/providers/aws/answers.ts";
import { failure, underMocks, value } from "../../../support/mocks.ts";

const internal = { "kubernetes.io/role/internal-elb": "1" };
const good: SubnetFacts = {
    vpcId: "vpc-1",
    availabilityZone: "eu-west-1a",
    availableIpAddressCount: 4000,
    mapPublicIpOnLaunch: false,
    tags: internal,
};
const zones = ["a", "b", "c"].map((zone) => `eu-west-1${zone}`);

/** A network without problems, with the changes of a test. */
function network(change: Partial<ExistingNetworkFacts["subnets"]> = {}, vpc = {}): ExistingNetworkFacts {
    const subnets = (kind: string, tags: Record<string, string>) =>
        zones.map((availabilityZone) => ({
            id: `${kind}-${availabilityZone}`,
            facts: { ...good, availabilityZone, tags },
        }));
    return {
        vpcId: "vpc-1",
        vpc: { enableDnsSupport: true, enableDnsHostnames: true, ...vpc },
        subnets: {
            nodeSubnetIds: subnets("nodes", internal),
            databaseSubnetIds: subnets("database", {}),
            publicSubnetIds: subnets("public", { "kubernetes.io/role/elb": "1" }),
            ...change,
        },
    };
}

const nodes = (...changes: (Partial<SubnetFacts> | undefined)[]) =>
    network({
        nodeSubnetIds: zones.map((availabilityZone, index) => ({
            id: `nodes-${index}`,
            facts: { ...good, availabilityZone, ...changes[index] },
        })),
    });

describe("a network that is there", () => {
    it("is used when nothing is wrong with it", () => {
        assert.deepEqual(existingNetworkProblems(network()), []);
        assert.deepEqual(existingNetworkProblems(network({ publicSubnetIds: [] })), []);
        assert.deepEqual(existingNetworkAdvice(network()), []);
    });

    it("is refused with the setting, the value, the rule and the way out", () => {
        const missing = { id: "subnet-9", facts: undefined };
        const refused: [ExistingNetworkFacts, RegExp][] = [
            [{ ...network(), vpc: undefined }, /^vpcId is "vpc-1": there is no such VPC in this region/],
            [network({}, { enableDnsSupport: false }), /^vpcId is "vpc-1": its enableDnsSupport is off.* Turn it on/],
            [network({}, { enableDnsHostnames: false }), /its enableDnsHostnames is off/],
            [
                network({ nodeSubnetIds: [missing, ...network().subnets.nodeSubnetIds] }),
                /^nodeSubnetIds\[0\] is "subnet-9": there is no such subnet/,
            ],
            [
                nodes(undefined, { vpcId: "vpc-2" }),
                /^nodeSubnetIds\[1\] is "nodes-1": it is in vpc-2, and not in vpc-1/,
            ],
            [nodes({ availableIpAddressCount: 127 }), /it has 127 addresses left, and each pod has .* 128 at least/],
            [nodes({ mapPublicIpOnLaunch: true }), /it gives public addresses to whatever starts in it/],
            [nodes({ tags: {} }), /by the tag kubernetes\.io\/role\/internal-elb = 1, which it has not\. Add the tag/],
            [
                network({
                    publicSubnetIds: network().subnets.nodeSubnetIds.map(({ facts }) => ({ id: "public", facts })),
                }),
                /by the tag kubernetes\.io\/role\/elb = 1/,
            ],
            [
                nodes(undefined, { availabilityZone: zones[0] }, { availabilityZone: zones[0] }),
                /^nodeSubnetIds has subnets in eu-west-1a: they must be in two zones at least/,
            ],
            [network({ databaseSubnetIds: [] }), /^databaseSubnetIds has subnets in no zone/],
            [
                network({ databaseSubnetIds: network().subnets.nodeSubnetIds }),
                /^databaseSubnetIds\[0\] is "nodes-eu-west-1a": it is nodeSubnetIds\[0\] already/,
            ],
        ];
        for (const [facts, why] of refused) {
            const problems = existingNetworkProblems(facts);
            assert.ok(
                problems.some((problem) => why.test(problem)),
                `${String(why)} is not among ${JSON.stringify(problems)}`,
            );
        }
    });

    it("is told everything that is wrong at once", () => {
        const facts = nodes({ tags: {}, availableIpAddressCount: 1 }, { mapPublicIpOnLaunch: true });
        assert.equal(
            existingNetworkProblems({ ...facts, vpc: { enableDnsSupport: true, enableDnsHostnames: false } }).length,
            4,
        );
    });

    it("is better with three zones than with two", () => {
        const [first, second] = network().subnets.databaseSubnetIds;
        assert.ok(first && second);
        const advice = existingNetworkAdvice(network({ databaseSubnetIds: [first, second] }));
        assert.match(advice.join(), /^databaseSubnetIds spans two zones: with three/);
    });
});

describe("ExistingNetwork", () => {
    const args = {
        vpcId: "vpc-0",
        nodeSubnetIds: ["subnet-0", "subnet-1", "subnet-2"],
        databaseSubnetIds: ["subnet-3", "subnet-4", "subnet-5"],
    };
    const look = (answers: Answers, preview = false) =>
        underMocks([], () => new ExistingNetwork("network", args), { preview, answers });

    for (const preview of [false, true]) {
        it(`tells what it found${preview ? ", in previews too" : ""}, and makes nothing`, async () => {
            const { made, registered } = await look(usualAnswers(), preview);
            assert.equal(await value(made.vpcId), "vpc-0");
            assert.equal(await value(made.cidr), "10.20.0.0/16");
            assert.deepEqual(await value(made.nodeSubnetIds), args.nodeSubnetIds);
            assert.deepEqual(await value(made.nodeCidrs), ["10.20.0.0/20", "10.20.16.0/20", "10.20.32.0/20"]);
            assert.deepEqual(await value(made.databaseSubnetIds), args.databaseSubnetIds);
            assert.deepEqual(await value(made.publicSubnetIds), []);
            assert.equal(registered.resources.length, 1);
        });
    }

    it("ends the run with all that is wrong, before anything takes its outputs", async () => {
        const { "aws:ec2/getSubnet:getSubnet": subnet, ...others } = usualAnswers();
        const broken: Answers = {
            ...others,
            "aws:ec2/getSubnet:getSubnet": (asked, region) => {
                if (asked.id === "subnet-4") {
                    throw new Error("no matching EC2 Subnet found");
                }
                return { ...subnet?.(asked, region), tags: {} };
            },
        };
        const { made } = await look(broken);
        const message = await failure(made.nodeSubnetIds);
        assert.match(message, /the network cannot be used:\n {2}- nodeSubnetIds\[0\] is "subnet-0"/);
        assert.match(message, /databaseSubnetIds\[1\] is "subnet-4": there is no such subnet/);
    });

    it("does not take being forbidden to look for there being nothing", async () => {
        const forbidden = () => {
            throw new Error("UnauthorizedOperation: You are not authorized to perform: ec2:DescribeVpcs");
        };
        const { made } = await look({ "aws:ec2/getVpc:getVpc": forbidden });
        assert.match(await failure(made.vpcId), /not authorized to perform: ec2:DescribeVpcs/);
    });
});
