import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

import { clashes, said } from "./config-problems.ts";
import { type Repository } from "./github/github-trust.ts";
import { closedServices } from "./boundaries/workload-boundary.ts";

// Each message is the rule and the way out; the key and the value are put before it.

const reason = z
    .string({ error: "it must be a reason in words. Say why, or leave the key out." })
    .regex(/\w+\W+\w+/, { error: "it must be a reason in words. Say why, or leave the key out." });

const number = z
    .int({ error: "it must be the number that GitHub gave. `gh api repos/OWNER/REPOSITORY` shows it." })
    .positive({ error: "it must be the number that GitHub gave. `gh api repos/OWNER/REPOSITORY` shows it." });

const repositoryName = z
    .string({ error: "it must be owner/repository. Write it as acme/airflow." })
    .regex(/^[^*?]*$/, {
        error: "it must name one repository: a wildcard would let in repositories of others. Write it as acme/airflow.",
        abort: true,
    })
    .regex(/^[A-Za-z0-9]([A-Za-z0-9-]{0,37}[A-Za-z0-9])?\/[A-Za-z0-9._-]{1,100}$/, {
        error: "it must be owner/repository, without the address before it. Write it as acme/airflow.",
    });

const region = z
    .string({ error: "it must be a region. Write it as eu-central-1." })
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: "it must be a region. Write it as eu-central-1." });

const service = z
    .string({ error: "it must be the prefix of a service's actions. Write it as dynamodb." })
    .regex(/^[a-z0-9-]+$/, { error: "it must be the prefix of one service's actions. Write it as dynamodb." })
    .refine((name) => name !== "sts" && !closedServices.includes(name), {
        error: "no workload may use it. Take it out; roles to assume go into assumableRoleArns.",
    });

const roleArn = z
    .string({ error: "it must be the ARN of a role. Write it as arn:aws:iam::210987654321:role/data." })
    .regex(/^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/, {
        error: "it must be the ARN of one role, without a wildcard. Write it as arn:aws:iam::210987654321:role/data.",
    });

const environment = z.strictObject({
    name: z
        .string({ error: "it must be the name of a GitHub environment and of a stack. Write it as prod." })
        .regex(/^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/, {
            error:
                "it must be one name of at most 32 lower-case letters, digits and dashes, because it becomes part of " +
                "the names of roles. Write it as prod.",
        }),
    cluster: z
        .string({ error: "it must be the name of the stack's cluster. Write it as airflow-prod." })
        .regex(/^[a-z]([a-z0-9-]{1,30}[a-z0-9])$/, {
            error:
                "it must be 3 to 32 lower-case letters, digits and dashes, because everything that the stack makes " +
                "begins with it. Write it as airflow-prod.",
        }),
    region: region.optional(),
    zoneIds: z
        .array(
            z
                .string({ error: "it must be the id of a hosted zone. Write it as Z0123456789ABCDEFGHIJ." })
                .regex(/^Z[A-Z0-9]{1,31}$/, {
                    error: "it must be the id of a hosted zone of Route 53. Write it as Z0123456789ABCDEFGHIJ.",
                }),
            { error: "it must be a list. Write it as [Z0123456789ABCDEFGHIJ]." },
        )
        .default([]),
    previewByPullRequests: reason.optional(),
    readByNight: reason.optional(),
    services: z.array(service, { error: "it must be a list. Write it as [dynamodb]." }).default([]),
    assumableRoleArns: z
        .array(roleArn, { error: "it must be a list. Write it as [arn:aws:iam::210987654321:role/data]." })
        .default([]),
});

const repository = z.union(
    [
        z.strictObject({ name: repositoryName, ownerId: number, id: number }),
        z.strictObject({ name: repositoryName, nameOnly: reason }),
    ],
    { error: "it must be a map. Write it as {name: acme/airflow, ownerId: 123456, id: 456789}." },
);

const schema = z.strictObject({
    accountId: z
        .string({ error: 'it must be 12 digits. Write it in quotes, as "123456789012".' })
        .regex(/^\d{12}$/, { error: 'it must be 12 digits. Write it in quotes, as "123456789012".' }),
    region,
    repository,
    environments: z
        .array(environment, { error: "it must be a list. Write it as [{name: prod, cluster: airflow-prod}]." })
        .min(1, { error: "it must have an environment. Write it as [{name: prod, cluster: airflow-prod}]." }),
    stateVersionDays: z
        .int({ error: "it must be a whole number of days. Write it without a unit." })
        .min(1, { error: "it must be at least 1, or a bad update could not be taken back. Write it as 90." })
        .default(90),
    tags: z
        .record(z.string(), z.string(), { error: "it must be a map of texts. Write it as {team: data}." })
        .default({}),
});

/** What a stack says, checked. Everything here is plain: it decides who is trusted and what things are called. */
export interface BootstrapConfig extends Omit<z.infer<typeof schema>, "environments" | "repository"> {
    readonly repository: Repository;
    readonly environments: readonly Environment[];
}

/** One place where the platform is deployed. */
export interface Environment {
    /** Of the GitHub environment, and of the stack. */
    readonly name: string;
    /** Begins the name of everything that the stack makes. */
    readonly cluster: string;
    readonly region: string;
    /** The hosted zones in which the stack makes records. */
    readonly zoneIds: readonly string[];
    /** Why pull requests may read this stack's state and secrets. Undefined where they may not. */
    readonly previewByPullRequests?: string;
    /** What workloads may use in AWS besides S3, KMS and Secrets Manager, by the prefix of its actions. */
    readonly services: readonly string[];
    /** The only roles that workloads may assume, if their own policies allow it. */
    readonly assumableRoleArns: readonly string[];
    /** Why what is on the default branch may read this stack and its secrets, with nobody asked. Undefined where it may not. */
    readonly readByNight?: string;
}

/** Reads the config of the running stack. Throws one error with everything that is wrong in it. */
export function readConfig(): BootstrapConfig {
    const prefix = `${pulumi.getProject()}:`;
    const values = Object.entries(pulumi.runtime.allConfig())
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), value] as const);
    return checkedConfig(pulumi.getStack(), Object.fromEntries(values));
}

/** Checks a stack's config as Pulumi hands it over: text by key, with what is not text as JSON. */
export function checkedConfig(stack: string, values: Readonly<Record<string, string>>): BootstrapConfig {
    const given = Object.fromEntries(
        Object.entries(values).map(([key, text]) => [key, key === "accountId" ? text : fromJson(text)]),
    );
    const parsed = schema.safeParse(given);
    const problems = parsed.success
        ? clashes(parsed.data.environments)
        : parsed.error.issues.flatMap((issue) => said(issue, given));
    if (!parsed.success || problems.length > 0) {
        const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
        const lines = problems.map((text) => `  - airflow-linkerd-bootstrap:${text}`).join("\n");
        throw new pulumi.RunError(`The config of stack ${stack} has ${count}. Nothing was changed.\n${lines}`);
    }
    const environments = parsed.data.environments.map((each) => ({
        ...each,
        region: each.region ?? parsed.data.region,
    }));
    return { ...parsed.data, environments };
}

function fromJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}
