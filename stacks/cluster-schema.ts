import { z } from "zod";

import { retentionProblem } from "../components/cluster/log-retention.ts";
import { EndpointService } from "../components/cluster/network-endpoints.ts";
import { Nat } from "../components/cluster/network.ts";
import { BindingKind } from "../components/identity/role-binding.ts";
import { accountId, choice, cidr, days, id, list, principal, region } from "./aws-schema.ts";
import { section, text, wholeNumber } from "./config-section.ts";

// Each message is the rule and the way out; the key and the value are put before it.

/** Where the platform runs. */
export const ClusterKind = {
    /** A cluster that is already there. */
    existing: "existing",
    /** One of Amazon EKS that the stack makes. */
    eks: "eks",
} as const;

/** How pods come by their roles. */
const identity = choice(BindingKind, "it must be pod-identity or irsa. Correct it.").default(BindingKind.podIdentity);

const existingCluster = section(
    {
        kind: z.literal(ClusterKind.existing),
        kubeconfig: text('"~/.kube/config"'),
        context: text('"my-cluster"').optional(),
        name: text('"my-cluster"').optional(),
        aws: section(
            {
                accountId,
                region,
                name: text('"my-cluster"'),
                identity,
                databaseSubnetIds: list(id("subnet"), '["subnet-…", "subnet-…"]').default([]),
            },
            '{accountId: "123456789012", region: eu-central-1, name: my-cluster}',
        ).optional(),
    },
    "{kind: existing, kubeconfig: ~/.kube/config}",
);

const retention = days.refine((value) => retentionProblem(value) === undefined, {
    error: (issue) => retentionProblem(issue.input as number),
});

const newNetwork = section(
    {
        kind: z.literal("new"),
        cidr: cidr.default("10.40.0.0/16"),
        zones: list(text('"eu-central-1a"'), '["eu-central-1a", "eu-central-1b"]').optional(),
        nat: choice(Nat, "it must be per-zone or single. Correct it.").default(Nat.perZone),
        endpoints: list(
            choice(EndpointService, `it must be one of ${Object.values(EndpointService).join(", ")}. Correct it.`),
            '["sts", "eks-auth"]',
        ).default(["sts", "eks-auth", "ecr.api", "ecr.dkr", "logs", "secretsmanager"]),
        flowLogRetentionDays: retention.default(90),
    },
    "{kind: new, cidr: 10.40.0.0/16}",
);

const existingNetwork = section(
    {
        kind: z.literal("existing"),
        vpcId: id("vpc"),
        nodeSubnetIds: list(id("subnet"), '["subnet-…", "subnet-…"]'),
        databaseSubnetIds: list(id("subnet"), '["subnet-…", "subnet-…"]').default([]),
    },
    "{kind: existing, vpcId: vpc-…, nodeSubnetIds: [subnet-…, subnet-…]}",
);

const nodePool = (smallest: number, largest: number, instanceTypes: [string, ...string[]]) =>
    section(
        {
            instanceTypes: list(
                text('"m7i.xlarge"').regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, {
                    error: 'it must be a type of instance, such as "m7i.xlarge". Correct it.',
                }),
                '["m7i.xlarge", "m6i.xlarge"]',
            )
                .min(1, { error: 'it must have a type. Write it as ["m7i.xlarge", "m6i.xlarge"].' })
                .default(instanceTypes),
            min: wholeNumber(0).default(smallest),
            max: wholeNumber(1).default(largest),
            diskGb: wholeNumber(20).default(100),
        },
        "{min: 0, max: 10}",
    ).prefault({});

const eksCluster = section(
    {
        kind: z.literal(ClusterKind.eks),
        // Names of roles and of other resources begin with it, and a role's may have 64 characters.
        name: text('"airflow-prod"').regex(/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/, {
            error: 'it must be lower-case letters, digits and "-", at most 32 of them. Correct it.',
        }),
        accountId,
        region,
        version: z
            .string({ error: 'it must be text, or 1.40 becomes 1.4. Write it in quotes, as "1.34".' })
            .regex(/^1\.\d{2}$/, { error: 'it must be a version of Kubernetes, such as "1.34". Correct it.' })
            .optional(),
        network: z
            .discriminatedUnion("kind", [newNetwork, existingNetwork], {
                error: (issue) =>
                    issue.code === "invalid_union"
                        ? "it must be new or existing. Correct it."
                        : "it must be a map. Write it as {kind: new, cidr: 10.40.0.0/16}.",
            })
            .prefault({ kind: "new" }),
        endpointAccess: section(
            {
                publicCidrs: list(cidr, '["203.0.113.0/24"]').default([]),
                anywhere: text('"the CI runners have no fixed addresses"').optional(),
            },
            '{publicCidrs: ["203.0.113.0/24"]}',
        ).prefault({}),
        nodes: section(
            {
                mode: z.enum(["groups", "auto"], { error: "it must be groups or auto. Correct it." }).default("groups"),
                platform: nodePool(3, 6, ["m7i.xlarge"]),
                tasks: nodePool(0, 20, ["m7i.xlarge", "m7a.xlarge", "m6i.xlarge", "m6a.xlarge"]),
            },
            "{mode: groups}",
        ).prefault({}),
        admins: list(principal, '["arn:aws:iam::123456789012:role/platform-admins"]').min(1, {
            error: "it must have a role: whoever deploys must be among them, or the stack cannot reach its own cluster.",
        }),
        viewers: list(principal, '["arn:aws:iam::123456789012:role/staff"]').default([]),
        identity,
        logRetentionDays: retention.default(365),
    },
    "{kind: eks, name: airflow-prod, accountId: …, region: eu-central-1, admins: […]}",
);

/** The key `cluster` of a stack. */
export const clusterSchema = z.discriminatedUnion("kind", [existingCluster, eksCluster], {
    error: (issue) =>
        issue.code === "invalid_union"
            ? "it must be existing, or eks for a cluster that the stack makes. Correct it."
            : "it must be a map. Write it as {kind: existing, kubeconfig: ~/.kube/config}.",
});
