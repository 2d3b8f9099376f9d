import { localDefinitions } from "../support/recordings.ts";
import { type Changes } from "./production.ts";

const existingCluster = {
    kind: "existing",
    aws: {
        accountId: "123456789012",
        region: "eu-central-1",
        name: "my-cluster",
        vpcId: "vpc-0123456789abcdef0",
        databaseSubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    },
};

/** A network whose subnets lie in three zones each. */
const existingNetwork = {
    kind: "existing",
    vpcId: "vpc-0123456789abcdef0",
    nodeSubnetIds: [0, 1, 2].map((index) => `subnet-0123456789abcdef${index}`),
    databaseSubnetIds: [3, 4, 5].map((index) => `subnet-0123456789abcdef${index}`),
};

export interface Variant {
    readonly changes: Changes;
    /** Types of what it has and the example has not. */
    readonly more: readonly string[];
    /** Types of what the example has and it has not. */
    readonly less: readonly string[];
}

/**
 * The choices that a stack in production has, away from the example's. Each is in one of these, for a recording takes
 * seconds.
 */
export const productionVariants: Readonly<Record<string, Variant>> = {
    "IRSA, one NAT gateway, Aurora and locked logs": {
        changes: {
            cluster: (cluster) => ({
                ...cluster,
                identity: "irsa",
                nodes: {
                    kind: "karpenter",
                    tasks: [
                        { name: "general", capacity: "both" },
                        { name: "gpu", capacity: "on-demand", categories: ["g"], maximumCores: 16 },
                    ],
                },
                network: { ...(cluster.network as object), nat: "single" },
            }),
            airflow: (airflow) => ({
                ...airflow,
                database: { kind: "rds", engine: "aurora", instances: 2 },
                logs: { ...(airflow.logs as object), objectLock: { mode: "governance", days: 90 } },
            }),
        },
        more: ["aws:rds/cluster:Cluster", "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"],
        // Karpenter has its role by EKS Pod Identity whatever workloads have theirs by.
        less: [],
    },
    "Auto Mode in a network that is there, with a boundary of its own": {
        changes: {
            cluster: (cluster) => ({
                ...cluster,
                nodes: { kind: "auto" },
                network: existingNetwork,
                permissionsBoundaryArn: undefined,
                serviceBoundaryArn: undefined,
            }),
        },
        more: ["aws:iam/policy:Policy"],
        less: ["aws:eks/nodeGroup:NodeGroup", "aws:ec2/vpc:Vpc"],
    },
    "two groups of nodes that EKS manages, and rights of all tasks to data": {
        changes: {
            airflow: (airflow) => ({
                ...airflow,
                aws: { read: ["example-data/sales"], write: ["example-data/reports"] },
            }),
            cluster: (cluster) => ({
                ...cluster,
                nodes: { kind: "managed" },
            }),
        },
        more: [],
        less: ["aws:sqs/queue:Queue", "aws:cloudwatch/eventRule:EventRule", "kubernetes:karpenter.sh/v1:NodePool"],
    },
    "an entrance behind a load balancer, with a boundary of its own": {
        changes: {
            cluster: (cluster) => ({ ...cluster, permissionsBoundaryArn: undefined, serviceBoundaryArn: undefined }),
            entrance: () => ({
                kind: "gateway",
                certificate: { kind: "private-ca" },
                loadBalancer: { kind: "nlb" },
            }),
            charts: () => localDefinitions,
        },
        more: ["aws:iam/policy:Policy"],
        less: [],
    },
    "a cluster that is there, with a boundary of its own": {
        changes: {
            cluster: () => ({
                ...existingCluster,
                aws: { ...existingCluster.aws, nodeSecurityGroupIds: ["sg-0123456789abcdef7"] },
            }),
        },
        more: ["aws:iam/policy:Policy"],
        less: ["aws:eks/cluster:Cluster", "aws:ec2/vpc:Vpc"],
    },
    "a cluster that is there, with IRSA and a boundary that is there": {
        changes: {
            cluster: ({ permissionsBoundaryArn, serviceBoundaryArn }) => ({
                ...existingCluster,
                aws: { ...existingCluster.aws, identity: "irsa", permissionsBoundaryArn, serviceBoundaryArn },
            }),
        },
        more: [],
        less: ["aws:eks/cluster:Cluster", "aws:eks/podIdentityAssociation:PodIdentityAssociation"],
    },
};
