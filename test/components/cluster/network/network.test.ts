import assert from "node:assert/strict";

import { Network, type NetworkArgs } from "../../../../components/cluster/network/network.ts";
import { UNKNOWN } from "../../../../rehearsal/engine/values/property.ts";
import { type Registered, underMocks, value } from "../../../support/mocks.ts";
import { madeUpAccount as account } from "../../../support/made-up-aws.ts";
import { endpointKinds, networkKinds } from "./network-kinds.ts";

const usual: NetworkArgs = {
    account,
    cidr: "10.20.0.0/16",
    zones: ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
    clusterName: "prod",
};

async function network(args: Partial<NetworkArgs> = {}, { preview = false, kinds = networkKinds } = {}) {
    return underMocks(kinds, () => new Network("network", { ...usual, ...args }), { preview });
}

const ranges = (registered: Registered) =>
    Object.fromEntries(
        registered.ofType("aws:ec2/subnet:Subnet").map(({ name, inputs }) => [name, inputs.cidrBlock as string]),
    );

describe("Network", () => {
    it("gives each zone subnets for nodes, the database and what is public, and no instance a public address", async () => {
        const { registered } = await network();
        assert.deepEqual(Object.keys(ranges(registered)).sort(), [
            ...["a", "b", "c"].flatMap((zone) =>
                ["database", "nodes", "public"].map((kind) => `network-eu-west-1${zone}-${kind}`),
            ),
        ]);
        for (const { name, inputs } of registered.ofType("aws:ec2/subnet:Subnet")) {
            assert.equal(inputs.mapPublicIpOnLaunch, false, name);
            assert.ok(name.startsWith(`network-${String(inputs.availabilityZone)}-`), name);
        }
    });

    it("keeps every subnet when a zone is added", async () => {
        const three = ranges((await network()).registered);
        const four = ranges((await network({ zones: [...usual.zones, "eu-west-1d"] })).registered);
        assert.equal(Object.keys(four).length, Object.keys(three).length + 3);
        assert.deepEqual({ ...four, ...three }, four);
    });

    it("lets nodes out by the gateway of their own zone", async () => {
        const { registered } = await network();
        assert.equal(registered.ofType("aws:ec2/natGateway:NatGateway").length, 3);
        for (const zone of ["a", "b", "c"]) {
            const route = `network-eu-west-1${zone}-node-outward`;
            assert.equal(registered.input(route, "destinationCidrBlock"), "0.0.0.0/0");
            assert.ok(registered.dependenciesOf(route).includes(`network-eu-west-1${zone}-nat`), route);
        }
    });

    it("has one gateway for all zones by choice", async () => {
        const { registered } = await network({ nat: "single" });
        assert.deepEqual(
            registered.ofType("aws:ec2/natGateway:NatGateway").map(({ name }) => name),
            ["network-eu-west-1a-nat"],
        );
        assert.ok(registered.dependenciesOf("network-eu-west-1c-node-outward").includes("network-eu-west-1a-nat"));
    });

    it("gives databases no way out", async () => {
        const { registered } = await network();
        const leaving = registered.ofType("aws:ec2/route:Route").flatMap(({ name }) => registered.dependenciesOf(name));
        assert.ok(leaving.includes("network-eu-west-1a-node-table"));
        assert.deepEqual(
            leaving.filter((table) => table.includes("database")),
            [],
        );
        assert.ok(
            registered
                .dependenciesOf("network-eu-west-1a-database-routes")
                .includes("network-eu-west-1a-database-table"),
        );
    });

    it("empties the security group that everything without one is in", async () => {
        const { registered } = await network();
        assert.deepEqual(registered.input("network-default-group", "ingress"), []);
        assert.deepEqual(registered.input("network-default-group", "egress"), []);
    });

    it("tags subnets so that load balancers find them, the public ones and those within", async () => {
        const { registered } = await network();
        assert.deepEqual(registered.input("network-eu-west-1a-nodes", "tags"), {
            Name: "network-eu-west-1a-nodes",
            "kubernetes.io/role/internal-elb": "1",
            "kubernetes.io/cluster/prod": "shared",
        });
        assert.deepEqual(registered.input("network-eu-west-1a-public", "tags"), {
            Name: "network-eu-west-1a-public",
            "kubernetes.io/role/elb": "1",
            "kubernetes.io/cluster/prod": "shared",
        });
        assert.deepEqual(registered.input("network-eu-west-1a-database", "tags"), {
            Name: "network-eu-west-1a-database",
        });
    });

    it("reaches S3 within the VPC from every zone's nodes, and other services by choice", async () => {
        const plain = await network();
        assert.deepEqual(
            plain.registered.ofType("aws:ec2/vpcEndpoint:VpcEndpoint").map(({ inputs }) => inputs.serviceName),
            ["com.amazonaws.eu-west-1.s3"],
        );
        assert.equal((plain.registered.input("network-endpoints-s3", "routeTableIds") as unknown[]).length, 3);
        const chosen = await network(
            { interfaceEndpoints: ["sts", "ecr.dkr", "eks-auth"] },
            { kinds: [...networkKinds, ...endpointKinds] },
        );
        const { registered } = chosen;
        assert.equal(registered.input("network-endpoints-ecr-dkr", "serviceName"), "com.amazonaws.eu-west-1.ecr.dkr");
        for (const name of ["sts", "ecr-dkr", "eks-auth"].map((service) => `network-endpoints-${service}`)) {
            assert.equal(registered.input(name, "vpcEndpointType"), "Interface");
            assert.equal(registered.input(name, "privateDnsEnabled"), true);
            assert.equal((registered.input(name, "subnetIds") as unknown[]).length, 3);
        }
        assert.deepEqual(
            ["cidrIpv4", "fromPort", "toPort", "ipProtocol"].map((input) =>
                registered.input("network-endpoints-clients-https", input),
            ),
            ["10.20.0.0/16", 443, 443, "tcp"],
        );
    });

    it("protects the VPC, its logs and their key, unless it may be replaced", async () => {
        const { registered } = await network();
        assert.equal(registered.get("network-vpc").protect, true);
        assert.equal(registered.get("network-flow-logs-logs-encryption-key").protect, true);
        assert.equal(registered.get("network-flow-logs-logs-group").protect, true);
        const replaceable = await network({ allowReplace: true });
        assert.equal(replaceable.registered.get("network-vpc").protect, false);
        assert.equal(replaceable.registered.get("network-flow-logs-logs-encryption-key").protect, false);
    });

    it("retains nothing that is deleted", async () => {
        const { registered } = await network();
        assert.deepEqual(
            registered.resources.filter(({ retainOnDelete }) => retainOnDelete === true),
            [],
        );
    });

    for (const preview of [false, true]) {
        it(`tells its own ranges${preview ? " in a preview, where no id is known" : " and the ids of its subnets"}`, async () => {
            const { made, registered } = await network({}, { preview });
            assert.equal(await value(made.cidr), "10.20.0.0/16");
            assert.deepEqual(await value(made.nodeCidrs), ["10.20.0.0/19", "10.20.32.0/19", "10.20.64.0/19"]);
            assert.equal(registered.input("network-eu-west-1a-nodes", "vpcId") === UNKNOWN, preview);
            if (!preview) {
                const ids = await value(made.nodeSubnetIds);
                assert.equal(new Set([...ids, ...(await value(made.databaseSubnetIds))]).size, 6);
                assert.equal((await value(made.publicSubnetIds)).length, 3);
            }
        });
    }

    it("refuses a range that AWS would not take, and zones of another region", async () => {
        await assert.rejects(network({ cidr: "10.0.0.0/8" }), /cidr is "10\.0\.0\.0\/8": it must have a prefix/);
        await assert.rejects(
            network({ zones: ["us-east-1a", "us-east-1b"] }),
            /zones is "us-east-1a, us-east-1b": "us-east-1a" is no/,
        );
    });
});
