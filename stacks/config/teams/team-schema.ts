import { z } from "zod";

import { isPrincipal } from "../../../components/cluster/principals.ts";
import { teamLevels } from "../../../components/teams/access/team-roles.ts";
import { defaultQuota } from "../../../components/teams/team.ts";
import { dagSource, gitCredentials } from "../airflow/dag-bundle-schema.ts";
import { callKeys, labelMap } from "../calls/call-schema.ts";
import { egressKeys } from "../calls/egress-schema.ts";
import { cpu, memory } from "../quantity-schema.ts";
import { choice, list, section, text, wholeNumber, yesOrNo } from "../section.ts";
import { machine } from "../login/machine-schema.ts";
import { teamAwsSchema } from "./team-aws-schema.ts";

// Each message is the rule and the way out; the key and the value are put before it.

const owner = text('"#analytics"').regex(/^[^\p{Cc}]{1,200}$/u, {
    error: 'it must be one line of at most 200 characters. Write it as "#analytics".',
});

const levelGroups = list(text('"analytics-authors"'), '["analytics-authors"]').optional();

const groups = section(
    Object.fromEntries(teamLevels.map((level) => [level, levelGroups])) as Record<
        (typeof teamLevels)[number],
        typeof levelGroups
    >,
    '{author: ["analytics-authors"]}',
).default({});

const egress = section(egressKeys, '{hosts: ["api.example.com"], reason: …}');

const call = section(
    { ...callKeys, reason: text('"the catalog of tables"').optional() },
    "{namespace: catalog, labels: {app: catalog}, port: 8080}",
);

const quota = section(
    {
        pods: wholeNumber(1, " of pods").default(defaultQuota.pods),
        cpu: cpu.default(defaultQuota.cpu),
        memory: memory.default(defaultQuota.memory),
        ephemeralStorage: memory.default(defaultQuota.ephemeralStorage),
    },
    '{pods: 20, cpu: "10", memory: "40Gi"}',
).prefault({});

/** What a container runtime takes for an image. A tag or a digest says which one: without either it is whatever came last. */
const image = text('"registry.example.com/analytics:1.2.3"').regex(
    /^[a-z0-9][a-z0-9._-]*(:\d+)?(\/[a-z0-9._-]+)*(:\w[\w.-]{0,127}(@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})$/,
    { error: 'it must be an image with its tag or digest. Write it as "registry.example.com/analytics:1.2.3".' },
);

const toleration = section(
    {
        key: text('"nvidia.com/gpu"'),
        operator: choice({ equal: "Equal", exists: "Exists" }).default("Equal"),
        value: text('"present"').optional(),
        effect: choice({
            noSchedule: "NoSchedule",
            preferNoSchedule: "PreferNoSchedule",
            noExecute: "NoExecute",
        }).optional(),
    },
    "{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}",
);

const placement = section(
    {
        nodeSelector: labelMap("nodes", "every node", '{node-pool: "gpu"}'),
        tolerations: list(toleration, "[{key: nvidia.com/gpu, operator: Exists}]").default([]),
        resources: list(
            text('"nvidia.com/gpu"').regex(/^[a-z0-9.-]+\.[a-z0-9-]+\/[\w.-]+$/, {
                error: 'it must be an extended resource; processor time, memory and disk need no placement. Write it as "nvidia.com/gpu".',
            }),
            '["nvidia.com/gpu"]',
        ).default([]),
    },
    '{nodeSelector: {node-pool: "gpu"}}',
);

const isolation = section(
    {
        parse: choice({ shared: "shared" }),
        reason: text('"one department writes them all"'),
    },
    "{parse: shared, reason: …}",
);

const team = section(
    {
        name: text('"analytics"'),
        owners: list(owner, '["#analytics"]').min(1, {
            error: 'it must name whom to ask: refusals tell people. Write it as ["#analytics"].',
        }),
        groups,
        machines: list(machine, '[{name: nightly, clientId: …, dags: ["report"]}]').default([]),
        /** Roles of IAM by which people look at the team's pods, by kubectl, in a cluster of EKS. */
        kubectlRoles: list(
            text('"arn:aws:iam::123456789012:role/analytics"').refine(isPrincipal, {
                error: 'it must be the ARN of an IAM role or user. Write it as "arn:aws:iam::123456789012:role/analytics".',
            }),
            '["arn:aws:iam::123456789012:role/analytics"]',
        ).default([]),
        dags: dagSource,
        aws: teamAwsSchema.optional(),
        egress: list(egress, '[{hosts: ["api.example.com"], reason: …}]').default([]),
        calls: list(call, "[{namespace: catalog, labels: {app: catalog}, port: 8080}]").default([]),
        quota,
        images: list(image, '["registry.example.com/analytics:1.2.3"]').default([]),
        placements: list(placement, '[{nodeSelector: {node-pool: "gpu"}}]').default([]),
        launchPods: yesOrNo.default(false),
        isolation: isolation.optional(),
    },
    "{name: analytics, owners: […], dags: {kind: git, repository: …, ref: main}}",
);

/** The key `teamsFile`. Pulumi.yaml must give it a default, and cannot say "none": an empty text stands for it. */
export const teamsFileSchema = z.preprocess(
    (value) => (value === "" ? undefined : value),
    text('"teams.yaml"').optional(),
);

/** The key `teamCredentials`: by team, what the server of its repository asks for. */
export const teamCredentialsSchema = z
    .record(z.string(), gitCredentials, {
        error: "it must be a map by team. Write it as {analytics: {kind: token, token: {secure: …}}}.",
    })
    .default({});

/** The key `teams` of a stack. */
export const teamsSchema = z
    .array(team, {
        error:
            "it must be a list. Write it as [{name: analytics, owners: […], dags: {kind: git, …}}], or name a file with it " +
            "in teamsFile.",
    })
    .default([]);
