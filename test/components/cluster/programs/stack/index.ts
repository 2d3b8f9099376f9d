// Only the network and the cluster of a stack on AWS, as config describes them.
import * as pulumi from "@pulumi/pulumi";

import { Cluster, type ClusterArgs } from "../../../../../components/cluster/cluster.ts";
import {
    ExistingNetwork,
    type ExistingNetworkArgs,
} from "../../../../../components/cluster/network/existing-network.ts";
import { Network, type NetworkArgs } from "../../../../../components/cluster/network/network.ts";

const config = new pulumi.Config();
const existing = config.getObject<ExistingNetworkArgs>("existingNetwork");
const network = existing
    ? new ExistingNetwork("network", existing)
    : new Network("network", config.requireObject<NetworkArgs>("network"));
const args = config.getObject<Omit<ClusterArgs, "network">>("cluster");
const cluster = args && new Cluster("cluster", { ...args, network });

export default { vpcId: network.vpcId, kubeconfig: cluster?.kubeconfig };
