import { z } from "zod";

// What other stacks build on. Within one version keys are only added, and none changes its type or what it means: a key
// that must go or change raises the version. None of them is a secret.

/** Raised when a key goes, or comes to mean something else. */
export const outputsVersion = 1;

/** The release that this version came with. Whatever came later says so itself. */
export const firstRelease = "0.1.0";

const first = { since: firstRelease };

const team = z.object({
    namespace: z.string().meta({
        ...first,
        description: "Where the tasks run. Known at once, so whoever deploys into it must come after this stack.",
    }),
    serviceAccount: z.string().meta({ ...first, description: "The account that the tasks' pods run under." }),
    meshIdentity: z.string().meta({
        ...first,
        description: "As whom the mesh knows the tasks: what the policies of other workloads let in.",
    }),
    roleArn: z
        .string()
        .optional()
        .meta({ ...first, description: "ARN of the tasks' IAM role. Left out where they use nothing in AWS." }),
});

export const platformContract = z.object({
    outputsVersion: z
        .literal(outputsVersion)
        .meta({ ...first, description: "Which contract the outputs keep. Read it before any other." }),
    clusterName: z.string().meta({ ...first, description: "The cluster that the stack deploys to." }),
    clusterOidcProviderArn: z
        .string()
        .optional()
        .meta({
            ...first,
            description:
                "ARN of the cluster's IAM OIDC provider. Left out outside AWS, and where the account has no provider for it.",
        }),
    trustDomain: z.string().meta({ ...first, description: "The domain at the end of every workload's identity." }),
    rootFingerprints: z.array(z.string()).meta({
        ...first,
        description:
            "SHA-256 of the certificate of each root that the mesh trusts, in hex, with the oldest generation first.",
    }),
    airflowUrl: z.string().meta({ ...first, description: "Where people and programs reach Airflow." }),
    entranceAddress: z
        .string()
        .optional()
        .meta({
            since: "0.2.0",
            description:
                "Host name or address of the load balancer that the entrance's host names must lead to. Left out where the " +
                "stack makes none.",
        }),
    airflowNamespace: z.string().meta({ ...first, description: "The namespace that Airflow's own components run in." }),
    airflowRoleArns: z.record(z.string(), z.string()).meta({
        ...first,
        description:
            "ARNs of the IAM roles of Airflow's components, by component. Empty when Airflow uses nothing in AWS.",
    }),
    teams: z
        .record(z.string(), team)
        .optional()
        .meta({ ...first, description: "As whom each team's tasks run, by team. Left out of a stack without teams." }),
    tasks: team
        .optional()
        .meta({ ...first, description: "As whom all tasks of a stack without teams run. Left out of one with teams." }),
});

/** The outputs as another stack reads them. */
export type PlatformValues = z.infer<typeof platformContract>;

/** As whom tasks run. */
export type TeamValues = z.infer<typeof team>;
