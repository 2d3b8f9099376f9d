import { type AwsAccount } from "../../components/aws/account.ts";
import { cidrProblem, overlaps, parseCidr } from "../../components/cluster/network/cidr.ts";
import { clusterProblem } from "../../components/cluster/cluster-problem.ts";
import { poolProblem } from "../../components/cluster/nodes/node-pool.ts";
import { principalsProblem } from "../../components/cluster/principals.ts";
import { zonesProblem } from "../../components/cluster/network/subnets.ts";
import { ClusterKind, NetworkKind, NodesKind } from "./cluster-schema.ts";
import { type KeyPath, type Refuse, valueAt } from "./problems.ts";
import { type ParsedConfig } from "./schema.ts";
import { type KubernetesContext, KubeconfigProblem, readContext } from "./kubeconfig.ts";

type Parsed<Kind> = Extract<ParsedConfig["cluster"], { kind: Kind }>;
type ExistingCluster = Parsed<typeof ClusterKind.existing>;
type EksCluster = Parsed<typeof ClusterKind.eks>;

export function checkedCluster(cluster: ParsedConfig["cluster"], refuse: Refuse) {
    return cluster.kind === ClusterKind.eks ? checkedEks(cluster, refuse) : checkedExisting(cluster, refuse);
}

export type CheckedCluster = NonNullable<ReturnType<typeof checkedCluster>>;

/** A cluster that is there: by a kubeconfig, or as AWS knows it. */
function checkedExisting({ kind, kubeconfig, context, name, aws }: ExistingCluster, refuse: Refuse) {
    const inAws = aws && { ...aws, account: accountOf(aws) };
    if (kubeconfig === undefined) {
        if (inAws === undefined) {
            refuse(
                ["kubeconfig"],
                kubeconfig,
                "there is no way to the cluster. Name a kubeconfig, or in aws the cluster as EKS knows it.",
            );
            return undefined;
        }
        return { kind, name: name ?? inAws.name, reach: undefined, aws: inAws };
    }
    const found = contextOf(kubeconfig, context, refuse);
    return found && { kind, name: name ?? found.cluster, reach: { kubeconfig, context: found.context }, aws: inAws };
}

function contextOf(kubeconfig: string, context: string | undefined, refuse: Refuse): KubernetesContext | undefined {
    try {
        return readContext(kubeconfig, context);
    } catch (error) {
        if (!(error instanceof KubeconfigProblem)) {
            throw error;
        }
        refuse([error.setting], error.setting === "context" ? context : kubeconfig, error.message);
        return undefined;
    }
}

function checkedEks(cluster: EksCluster, refuse: Refuse) {
    const { name, version, publicAccess, admins, viewers } = cluster;
    const tell = (problem: Problem | undefined, at: KeyPath = []): void => {
        if (problem !== undefined) {
            const path = [...at, ...keysOf(problem.field)];
            refuse(path, valueAt(cluster, path), problem.rule);
        }
    };
    tell(clusterProblem({ clusterName: name, version, publicAccess }));
    tell(principalsProblem(admins, viewers));
    checkServiceCidr(cluster, refuse);
    if (cluster.nodes.kind === NodesKind.managed) {
        const { scaledBy, platform, tasks } = cluster.nodes;
        tell(poolProblem(platform, { spot: false, scaledBy }), ["nodes", "platform"]);
        tell(poolProblem(tasks, { spot: true, scaledBy }), ["nodes", "tasks"]);
    }
    return { ...cluster, account: accountOf(cluster), network: checkedNetwork(cluster, refuse) };
}

/** Addresses of Services are the cluster's own: an address of the VPC among them could not be reached from pods. */
function checkServiceCidr({ serviceCidr, network }: EksCluster, refuse: Refuse): void {
    if (parseCidr(serviceCidr) === undefined) {
        refuse(
            ["serviceCidr"],
            serviceCidr,
            'it must be a range of IPv4 addresses that begins at its first one. Write it as "172.20.0.0/16".',
        );
        return;
    }
    if (network.kind === NetworkKind.new && parseCidr(network.cidr) && overlaps(serviceCidr, network.cidr)) {
        refuse(
            ["serviceCidr"],
            serviceCidr,
            `it overlaps network.cidr (${network.cidr}), and pods could not tell a Service from a host. Choose another.`,
        );
    }
}

function checkedNetwork({ network, region }: EksCluster, refuse: Refuse) {
    if (network.kind === NetworkKind.existing) {
        return network;
    }
    const problem = cidrProblem(network.cidr);
    if (problem !== undefined) {
        refuse(["network", "cidr"], network.cidr, problem);
    }
    const zones = network.zones ?? ["a", "b", "c"].map((zone) => region + zone);
    const wrong = zonesProblem(region, zones);
    if (wrong !== undefined) {
        refuse(["network", "zones"], zones, wrong);
    }
    network.endpoints.forEach((endpoint, index) => {
        if (network.endpoints.indexOf(endpoint) !== index) {
            refuse(["network", "endpoints", index], endpoint, "it is there already. Remove it.");
        }
    });
    return { ...network, zones };
}

/** What a component would refuse. */
interface Problem {
    /** Such as `admins[1]` or `publicAccess.cidrs[0]`. */
    readonly field: string;
    readonly rule: string;
}

/** The stack's key for a component's field. */
function keysOf(field: string): KeyPath {
    const keys = field.replace(/^clusterName$/, "name").match(/\w+/g) ?? [];
    return keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}

function accountOf({ accountId, region }: { accountId: string; region: string }): AwsAccount {
    const partition = region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
    return { id: accountId, region, partition };
}
