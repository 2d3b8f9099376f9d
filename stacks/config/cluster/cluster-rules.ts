import { type AwsAccount } from "../../../components/aws/account.ts";
import { addonProblems, versionProblem } from "../../../components/cluster/cluster-problems.ts";
import { cidrProblem, overlaps, parseCidr } from "../../../components/cluster/network/cidr.ts";
import { endpointProblem } from "../../../components/cluster/network/endpoint-service.ts";
import { zonesProblem } from "../../../components/cluster/network/subnets.ts";
import { taskPoolProblems } from "../../../components/cluster/nodes/karpenter/task-pool.ts";
import { poolProblem } from "../../../components/cluster/nodes/node-pool.ts";
import { principalsProblem } from "../../../components/cluster/principals.ts";
import { publicAccessProblem } from "../../../components/cluster/public-access.ts";
import { below, type Problem, problemLines } from "../../../components/problem.ts";
import { ClusterKind, NetworkKind, NodesKind } from "./cluster-schema.ts";
import { findContext } from "./kubeconfig/context.ts";
import { type ParsedConfig } from "../schema.ts";

type ParsedCluster = ParsedConfig["cluster"];
type Parsed<Kind> = Extract<ParsedCluster, { kind: Kind }>;
type ExistingCluster = Parsed<typeof ClusterKind.existing>;
type EksCluster = Parsed<typeof ClusterKind.eks>;

export function clusterProblems(cluster: ParsedCluster): Problem[] {
    return cluster.kind === ClusterKind.eks ? eksProblems(cluster) : existingProblems(cluster);
}

export function clusterConfig(cluster: ParsedCluster) {
    return cluster.kind === ClusterKind.eks ? eksConfig(cluster) : existingConfig(cluster);
}

/** An existing cluster is reached by a kubeconfig, or through AWS. */
function existingProblems({ kubeconfig, context, aws }: ExistingCluster): Problem[] {
    if (kubeconfig !== undefined) {
        const found = findContext(kubeconfig, context);
        return Array.isArray(found) ? found : [];
    }
    return aws === undefined
        ? [
              {
                  path: ["kubeconfig"],
                  value: kubeconfig,
                  rule: "there is no way to the cluster. Name a kubeconfig, or in aws the cluster as EKS knows it.",
              },
          ]
        : [];
}

function existingConfig({ kind, kubeconfig, context, name, aws }: ExistingCluster) {
    const inAws = aws && { ...aws, account: accountOf(aws) };
    if (kubeconfig === undefined) {
        return { kind, name: name ?? inAws?.name ?? "", reach: undefined, aws: inAws };
    }
    const found = findContext(kubeconfig, context);
    if (Array.isArray(found)) {
        throw new Error(`the kubeconfig changed while it was read: ${problemLines(found)}`);
    }
    return { kind, name: name ?? found.cluster, reach: { kubeconfig, context: found.context }, aws: inAws };
}

function eksProblems(cluster: EksCluster): Problem[] {
    const { publicAccess, nodes } = cluster;
    return [
        ...below(["version"], versionProblem(cluster.version)),
        ...below(["addonVersions"], ...addonProblems(cluster)),
        ...below(["publicAccess"], publicAccess && publicAccessProblem(publicAccess)),
        ...below([], principalsProblem(cluster.admins, cluster.viewers), serviceCidrProblem(cluster)),
        ...(nodes.kind === NodesKind.managed ? poolProblems(nodes) : []),
        ...(nodes.kind === NodesKind.karpenter ? below(["nodes", "tasks"], ...taskPoolProblems(nodes.tasks)) : []),
        ...below(["network"], ...networkProblems(cluster)),
    ];
}

function eksConfig(cluster: EksCluster) {
    const { network } = cluster;
    return {
        ...cluster,
        account: accountOf(cluster),
        network: network.kind === NetworkKind.new ? { ...network, zones: zonesOf(network, cluster.region) } : network,
    };
}

function poolProblems({ scaledBy, platform, tasks }: Extract<EksCluster["nodes"], { kind: "managed" }>): Problem[] {
    return [
        ...below(["nodes", "platform"], poolProblem(platform, { spot: false, scaledBy })),
        ...below(["nodes", "tasks"], poolProblem(tasks, { spot: true, scaledBy })),
    ];
}

/** Where the ranges overlap, pods reach a Service in place of a host of the VPC that has the same address. */
function serviceCidrProblem({ serviceCidr, network }: EksCluster): Problem | undefined {
    const path = ["serviceCidr"];
    if (parseCidr(serviceCidr) === undefined) {
        return {
            path,
            value: serviceCidr,
            rule: 'it must be a range of IPv4 addresses that begins at its first one. Write it as "172.20.0.0/16".',
        };
    }
    if (network.kind === NetworkKind.new && parseCidr(network.cidr) && overlaps(serviceCidr, network.cidr)) {
        return {
            path,
            value: serviceCidr,
            rule: `it overlaps network.cidr (${network.cidr}), and pods could not tell a Service from a host. Choose another.`,
        };
    }
    return undefined;
}

function networkProblems({ network, region }: EksCluster): Problem[] {
    if (network.kind === NetworkKind.existing) {
        return [];
    }
    const { cidr, endpoints } = network;
    const zones = zonesOf(network, region);
    const ofCidr = cidrProblem(cidr);
    const ofZones = zonesProblem(region, zones);
    return [
        ...(ofCidr === undefined ? [] : [{ path: ["cidr"], value: cidr, rule: ofCidr }]),
        ...(ofZones === undefined ? [] : [{ path: ["zones"], value: zones, rule: ofZones }]),
        ...endpoints.flatMap((endpoint, index) =>
            endpoints.indexOf(endpoint) === index
                ? []
                : [{ path: ["endpoints", index], value: endpoint, rule: "it is there already. Remove it." }],
        ),
        ...endpoints.flatMap((endpoint, index) => {
            const rule = endpointProblem(region, endpoint);
            return rule === undefined ? [] : [{ path: ["endpoints", index], value: endpoint, rule }];
        }),
    ];
}

function zonesOf({ zones }: { zones?: string[] }, region: string): string[] {
    return zones ?? ["a", "b", "c"].map((zone) => region + zone);
}

function accountOf({ accountId, region }: { accountId: string; region: string }): AwsAccount {
    const partition = region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
    return { id: accountId, region, partition };
}
