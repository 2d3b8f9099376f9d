import * as pulumi from "@pulumi/pulumi";

import { type ClusterArgs } from "../../../components/cluster/cluster.ts";
import { type ManagedNodes } from "../../../components/cluster/nodes/cluster-nodes.ts";
import { madeUpAccount as account } from "../../support/made-up-aws.ts";

export const deployer = "arn:aws:iam::123456789012:role/deployer";

export const managed: ManagedNodes = { kind: "managed" };

/** A cluster with required arguments only. A function, because each test has mocks of its own. */
export const usualCluster = (): ClusterArgs => ({
    account,
    clusterName: "prod",
    network: { nodeSubnetIds: pulumi.output(["subnet-1", "subnet-2", "subnet-3"]) },
    admins: [deployer],
    nodes: managed,
});
