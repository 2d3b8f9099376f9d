import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type ClusterNetwork } from "./cluster-network.ts";
import {
    existingNetworkAdvice,
    existingNetworkProblems,
    type SubnetFacts,
    type SubnetRole,
} from "./existing-network-problems.ts";
import { found } from "../../aws/lookup.ts";

export interface ExistingNetworkArgs {
    /** Plain, as all arguments here, so that a preview can look the network up. */
    vpcId: string;

    /** Private subnets for nodes and pods, in at least two zones, better three. */
    nodeSubnetIds: readonly string[];

    /** Private subnets for the database, in at least two zones. */
    databaseSubnetIds: readonly string[];

    /** Public subnets for load balancers. Defaults to none. */
    publicSubnetIds?: readonly string[];
}

/**
 * A network that somebody else made, looked up and checked before anything is created in it. All problems are reported
 * at once. Routes are not checked: if nodes cannot reach AWS or the image registry, they fail to join.
 */
export class ExistingNetwork extends pulumi.ComponentResource implements ClusterNetwork {
    public readonly vpcId: pulumi.Output<string>;
    public readonly cidr: pulumi.Output<string>;
    public readonly nodeSubnetIds: pulumi.Output<string[]>;
    public readonly nodeCidrs: pulumi.Output<string[]>;
    public readonly databaseSubnetIds: pulumi.Output<string[]>;
    public readonly publicSubnetIds: pulumi.Output<string[]>;

    constructor(name: string, args: ExistingNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:ExistingNetwork", name, {}, opts);

        const network = pulumi.output(lookedUp(args, { parent: this })).apply((facts) => {
            const problems = existingNetworkProblems(facts);
            if (facts.vpc === undefined || problems.length > 0) {
                throw new pulumi.ResourceError(`the network cannot be used:\n${lines(problems)}`, this);
            }
            existingNetworkAdvice(facts).forEach((text) => void pulumi.log.warn(text, this));
            return { ...facts, cidr: facts.vpc.cidrBlock };
        });
        const ids = (role: SubnetRole) => network.apply(({ subnets }) => subnets[role].map(({ id }) => id));

        this.vpcId = network.vpcId;
        this.cidr = network.cidr;
        this.nodeSubnetIds = ids("nodeSubnetIds");
        this.nodeCidrs = network.apply(({ subnets }) =>
            subnets.nodeSubnetIds.flatMap(({ facts }) => facts?.cidrBlock ?? []),
        );
        this.databaseSubnetIds = ids("databaseSubnetIds");
        this.publicSubnetIds = ids("publicSubnetIds");

        this.registerOutputs({
            vpcId: this.vpcId,
            cidr: this.cidr,
            nodeSubnetIds: this.nodeSubnetIds,
            nodeCidrs: this.nodeCidrs,
            databaseSubnetIds: this.databaseSubnetIds,
            publicSubnetIds: this.publicSubnetIds,
        });
    }
}

async function lookedUp(args: ExistingNetworkArgs, opts: pulumi.InvokeOptions) {
    const vpc = await found(aws.ec2.getVpc({ id: args.vpcId }, opts));
    const all = (ids: readonly string[]) =>
        Promise.all(
            ids.map(async (id): Promise<{ id: string; facts: (SubnetFacts & { cidrBlock: string }) | undefined }> => {
                return { id, facts: await found(aws.ec2.getSubnet({ id }, opts)) };
            }),
        );
    const [nodeSubnetIds, databaseSubnetIds, publicSubnetIds] = await Promise.all([
        all(args.nodeSubnetIds),
        all(args.databaseSubnetIds),
        all(args.publicSubnetIds ?? []),
    ]);
    return { vpcId: args.vpcId, vpc, subnets: { nodeSubnetIds, databaseSubnetIds, publicSubnetIds } };
}

function lines(problems: readonly string[]): string {
    return problems.map((problem) => `  - ${problem}`).join("\n");
}
