import { z } from "zod";

import { defaultMaximumTaskCores } from "../../../components/cluster/nodes/auto-mode-settings.ts";
import { Architecture, Capacity, defaultTaskPools } from "../../../components/cluster/nodes/karpenter/task-pool.ts";
import { defaultLogRetentionDays } from "../../../components/cluster/log-retention.ts";
import { OptionalLog } from "../../../components/cluster/optional-log.ts";
import { retentionDays } from "../../../components/aws/log-retention.ts";
import { EndpointService } from "../../../components/cluster/network/endpoint-service.ts";
import { Nat } from "../../../components/cluster/network/nat.ts";
import {
    defaultPlatformPool,
    defaultTaskPool,
    type NodePool,
    ScaledBy,
} from "../../../components/cluster/nodes/node-pool.ts";
import { type AddonName, addonNames, defaultKubernetesVersion } from "../../../components/cluster/nodes/versions.ts";
import { BindingKind } from "../../../components/identity/roles/role-binding.ts";
import { accountId, awsId, policyArn, region } from "./aws-schema.ts";
import { choice, dnsLabel, list, section, text, wholeNumber } from "../section.ts";

// Each message is the rule and the way out; the key and the value are put before it.

/** Which cluster the platform runs on. */
export const ClusterKind = {
    /** One that already exists. */
    existing: "existing",
    /** One of Amazon EKS that the stack makes. */
    eks: "eks",
} as const;

export const NetworkKind = {
    /** A VPC of the cluster's own. */
    new: "new",
    /** A VPC that already exists. */
    existing: "existing",
} as const;

export const NodesKind = {
    /** Two groups of nodes that EKS manages. */
    managed: "managed",
    /** EKS Auto Mode. */
    auto: "auto",
    /** A group that EKS manages for the platform, and nodes for tasks that Karpenter adds and removes. */
    karpenter: "karpenter",
} as const;

const subnets = list(awsId("subnet"), '["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]');

const aws = {
    accountId,
    region,
    /** How pods get the credentials of their roles. */
    identity: choice(BindingKind).default(BindingKind.podIdentity),
    /** Of the roles of service accounts. */
    permissionsBoundaryArn: policyArn.optional(),
    /** Of the cluster's own roles: of its nodes, its add-ons and AWS's services, which need what no workload may have. */
    serviceBoundaryArn: policyArn.optional(),
    stateBucketArns: list(text('"arn:aws:s3:::example-state"'), '["arn:aws:s3:::example-state"]').default([]),
};

const existingCluster = section(
    {
        kind: z.literal(ClusterKind.existing),
        kubeconfig: text('"~/.kube/config"').optional(),
        context: text('"my-cluster"').optional(),
        name: text('"my-cluster"').optional(),
        aws: section(
            {
                ...aws,
                name: text('"my-cluster"'),
                vpcId: awsId("vpc").optional(),
                databaseSubnetIds: subnets.default([]),
                /** Groups that nodes carry besides or instead of the cluster's own, which the database lets in too. */
                nodeSecurityGroupIds: list(awsId("sg"), '["sg-0123456789abcdef0"]').default([]),
                networkPolicyEnforcedBy: text('"cilium"').optional(),
            },
            '{accountId: "123456789012", region: eu-central-1, name: my-cluster}',
        ).optional(),
    },
    "{kind: existing, kubeconfig: ~/.kube/config}",
);

const days = z.literal([...retentionDays], {
    error: `it must be a number of days that CloudWatch knows: ${retentionDays.join(", ")}. Choose one.`,
});

const newNetwork = section(
    {
        kind: z.literal(NetworkKind.new),
        cidr: text('"10.40.0.0/16"').default("10.40.0.0/16"),
        zones: list(text('"eu-central-1a"'), '["eu-central-1a", "eu-central-1b", "eu-central-1c"]').optional(),
        nat: choice(Nat).default(Nat.perZone),
        endpoints: list(choice(EndpointService), '["sts", "eks-auth"]').default([]),
        flowLogRetentionDays: days.default(defaultLogRetentionDays.flowLogs),
    },
    "{kind: new, cidr: 10.40.0.0/16}",
);

const existingNetwork = section(
    {
        kind: z.literal(NetworkKind.existing),
        vpcId: awsId("vpc"),
        nodeSubnetIds: subnets,
        databaseSubnetIds: subnets.default([]),
        publicSubnetIds: subnets.default([]),
    },
    "{kind: existing, vpcId: vpc-…, nodeSubnetIds: [subnet-…, subnet-…]}",
);

const poolKeys = ({ instanceTypes, minimum, maximum, diskGb }: NodePool) => ({
    instanceTypes: list(text('"m7i.xlarge"'), '["m7i.xlarge", "m6i.xlarge"]').default([...instanceTypes]),
    minimum: wholeNumber(0).default(minimum),
    maximum: wholeNumber(1).default(maximum),
    diskGb: wholeNumber(20).default(diskGb),
});

const pool = (defaults: NodePool) =>
    section(poolKeys(defaults), `{minimum: ${defaults.minimum}, maximum: ${defaults.maximum}}`).prefault({});

const managedNodes = section(
    {
        kind: z.literal(NodesKind.managed),
        scaledBy: choice(ScaledBy).default(ScaledBy.stack),
        platform: pool(defaultPlatformPool),
        tasks: pool(defaultTaskPool),
    },
    "{kind: managed}",
);

const autoNodes = section(
    { kind: z.literal(NodesKind.auto), maximumTaskCores: wholeNumber(1).default(defaultMaximumTaskCores) },
    "{kind: auto}",
);

const taskPool = section(
    {
        name: dnsLabel('"general"').max(40, { error: "it must have at most 40 characters. Shorten it." }),
        capacity: choice(Capacity).default(Capacity.spot),
        architecture: choice(Architecture).default(Architecture.amd64),
        categories: list(
            text('"m"').regex(/^[a-z]+$/, { error: "it must be AWS's letters for a family, such as m. Correct it." }),
            '["c", "m", "r"]',
        ).default(["c", "m", "r"]),
        maximumCores: wholeNumber(1).default(defaultMaximumTaskCores),
        maximumMemoryGb: wholeNumber(1).optional(),
    },
    "{name: general, capacity: spot}",
);

const karpenterNodes = section(
    {
        kind: z.literal(NodesKind.karpenter),
        platform: section(
            {
                instanceTypes: poolKeys(defaultPlatformPool).instanceTypes,
                minimum: wholeNumber(1).default(defaultPlatformPool.minimum),
                diskGb: poolKeys(defaultPlatformPool).diskGb,
            },
            "{minimum: 3}",
        ).prefault({}),
        tasks: list(taskPool, "[{name: general, capacity: spot}]").default(
            defaultTaskPools.map((each) => ({ ...each, categories: [...each.categories] })),
        ),
        taskDiskGb: wholeNumber(20).default(defaultTaskPool.diskGb),
    },
    "{kind: karpenter}",
);

const eksCluster = section(
    {
        kind: z.literal(ClusterKind.eks),
        ...aws,
        // It begins the names of the stack's IAM roles, which may have 64 characters.
        name: text('"airflow-prod"').regex(/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/, {
            error: 'it must be lower-case letters, digits and "-", at most 32 of them, beginning with a letter. Correct it.',
        }),
        version: z
            .string({ error: `it must be text, or 1.40 becomes 1.4. Write it as "${defaultKubernetesVersion}".` })
            .default(defaultKubernetesVersion),
        /** By add-on, where the pinned build is not the one that is wanted. */
        addonVersions: section(
            Object.fromEntries(addonNames.map((name) => [name, text('"v1.14.3-eksbuild.3"').optional()])) as Record<
                AddonName,
                z.ZodOptional<z.ZodString>
            >,
            '{coredns: "v1.14.3-eksbuild.3"}',
        ).prefault({}),
        network: z
            .discriminatedUnion("kind", [newNetwork, existingNetwork], {
                error: (issue) =>
                    issue.code === "invalid_union"
                        ? "it must be new or existing. Correct it."
                        : "it must be a map. Write it as {kind: new, cidr: 10.40.0.0/16}.",
            })
            .prefault({ kind: NetworkKind.new }),
        serviceCidr: text('"172.20.0.0/16"').default("172.20.0.0/16"),
        publicAccess: section(
            {
                cidrs: list(text('"203.0.113.0/24"'), '["203.0.113.0/24"]'),
                allowAnybody: text('"the runners have no fixed addresses"').optional(),
            },
            '{cidrs: ["203.0.113.0/24"]}',
        ).optional(),
        /** Who reaches the API server inside the VPC besides nodes, such as a runner. */
        privateAccess: section(
            { securityGroupIds: list(awsId("sg"), '["sg-0123456789abcdef0"]') },
            '{securityGroupIds: ["sg-0123456789abcdef0"]}',
        ).optional(),
        nodes: z
            .discriminatedUnion("kind", [managedNodes, karpenterNodes, autoNodes], {
                error: (issue) =>
                    issue.code === "invalid_union"
                        ? "it must be karpenter, managed or auto. Correct it."
                        : "it must be a map. Write it as {kind: managed}.",
            })
            .prefault({ kind: NodesKind.managed }),
        admins: list(text('"arn:aws:iam::123456789012:role/deployer"'), '["arn:aws:iam::123456789012:role/deployer"]'),
        viewers: list(
            text('"arn:aws:iam::123456789012:role/staff"'),
            '["arn:aws:iam::123456789012:role/staff"]',
        ).default([]),
        logs: list(choice(OptionalLog), '["api"]').default([]),
        logRetentionDays: days.default(defaultLogRetentionDays.controlPlane),
    },
    '{kind: eks, name: airflow-prod, accountId: "123456789012", region: eu-central-1, admins: […]}',
);

/** The key `cluster` of a stack. */
export const clusterSchema = z.discriminatedUnion("kind", [existingCluster, eksCluster], {
    error: (issue) =>
        issue.code === "invalid_union"
            ? "it must be existing, or eks for a cluster that the stack makes. Correct it."
            : "it must be a map. Write it as {kind: existing, kubeconfig: ~/.kube/config}.",
});
