import { Capacity, type TaskPool } from "../../../components/cluster/nodes/karpenter/task-pool.ts";
import { type NodePool, ScaledBy } from "../../../components/cluster/nodes/node-pool.ts";
import { type PlatformConfig } from "../../../stacks/config.ts";
import { ClusterKind, NetworkKind, NodesKind } from "../../../stacks/config/cluster/cluster-schema.ts";
import { coresOf } from "./instance-cores.ts";

/** How much of one quota a stack takes. */
export interface Need {
    /** AWS's code of the quota, of the service `ec2`. */
    readonly code: string;
    readonly name: string;
    readonly amount: number;
    /** What it is for, with the numbers that it is made of. */
    readonly because: string;
}

const onDemand = { code: "L-1216C47A", name: "vCPUs of running on-demand standard instances" };
const onDemandGpu = { code: "L-DB2E81BA", name: "vCPUs of running on-demand G and VT instances" };
const spot = { code: "L-34B43A08", name: "vCPUs of all standard spot instance requests" };
const spotGpu = { code: "L-3819A6DF", name: "vCPUs of all G and VT spot instance requests" };
const addresses = { code: "L-0263D0A3", name: "Elastic IP addresses of EC2 in a VPC" };

/** AWS's letters of the families that the standard quotas count. */
const standard = /^[acdhimrtz]/;

/**
 * What the stack takes of the account's quotas in its region. Nothing where it makes no cluster. What else runs in the account
 * comes on top.
 */
export function quotaNeeds({ cluster }: Pick<PlatformConfig, "cluster">): Need[] {
    if (cluster.kind !== ClusterKind.eks) {
        return [];
    }
    const { nodes, network } = cluster;
    const gateways = network.kind === NetworkKind.new ? (network.nat === "single" ? 1 : network.zones.length) : 0;
    const all: Need[] = [...ofNodes(nodes), { ...addresses, amount: gateways, because: `NAT gateways: ${gateways}` }];
    const codes = [...new Set(all.map(({ code }) => code))];
    return codes
        .map((code) => {
            const [first, ...rest] = all.filter((need) => need.code === code) as [Need, ...Need[]];
            return {
                ...first,
                amount: [first, ...rest].reduce((sum, { amount }) => sum + amount, 0),
                because: [first, ...rest].map(({ because }) => because).join("; "),
            };
        })
        .filter(({ amount }) => amount > 0);
}

type Nodes = Extract<PlatformConfig["cluster"], { kind: "eks" }>["nodes"];

function ofNodes(nodes: Nodes): Need[] {
    switch (nodes.kind) {
        case NodesKind.auto:
            return [
                { ...spot, amount: nodes.maximumTaskCores, because: `maximumTaskCores: ${nodes.maximumTaskCores}` },
            ];
        case NodesKind.managed: {
            const most = nodes.scaledBy === ScaledBy.autoscaler ? "maximum" : "minimum";
            return [
                { ...onDemand, ...group("platform", nodes.platform, nodes.platform[most]) },
                { ...spot, ...group("tasks", nodes.tasks, nodes.tasks[most]) },
            ];
        }
        case NodesKind.karpenter:
            return [
                { ...onDemand, ...group("platform", nodes.platform, nodes.platform.minimum) },
                ...nodes.tasks.flatMap(ofPool),
            ];
    }
}

/** An update puts a node beside those that are there. */
function group(name: string, { instanceTypes }: Pick<NodePool, "instanceTypes">, count: number) {
    const cores = Math.max(...instanceTypes.map(coresOf));
    return {
        amount: (count + 1) * cores,
        because: `${name}: (${count} nodes + 1 while they are updated) × ${cores} cores`,
    };
}

function ofPool({ name, capacity, categories, maximumCores }: TaskPool): Need[] {
    const quotas = (forStandard: typeof spot, forGpu: typeof spot) => [
        ...(categories.some((category) => standard.test(category)) ? [forStandard] : []),
        ...(categories.some((category) => category.startsWith("g")) ? [forGpu] : []),
    ];
    return [
        ...(capacity === Capacity.onDemand ? [] : quotas(spot, spotGpu)),
        ...(capacity === Capacity.spot ? [] : quotas(onDemand, onDemandGpu)),
    ].map((quota) => ({ ...quota, amount: maximumCores, because: `pool ${name}: maximumCores ${maximumCores}` }));
}
