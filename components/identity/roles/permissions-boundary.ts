import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type Statement } from "../../aws/iam-statement.ts";
import { policyDocument } from "../../aws/policy-document.ts";
import { type BoundaryRules, boundaryStatements, serviceProblem } from "./boundary-statements.ts";
import { sizeProblem, wildcardProblems } from "./policy-problems.ts";
import { tagProblems } from "../../aws/resource-tags.ts";
import { below, problemText } from "../../problem.ts";

/** The services that Airflow itself uses, for its logs, secrets and database. */
export const servicesOfAirflow = ["s3", "kms", "secretsmanager"] as const;

export interface PermissionsBoundaryArgs {
    /** ARNs of the buckets with stacks' state. Empty only where state is kept elsewhere. */
    stateBucketArns: pulumi.Input<readonly string[]>;

    /**
     * The services that workloads may use, by the prefix of their actions, such as `dynamodb`. Plain, because they are
     * checked before anything is created. Defaults to those that Airflow itself uses.
     */
    services?: readonly string[];

    /**
     * What workloads may do of other services besides, where a whole service would be too much. Plain, so that a preview
     * shows it. Defaults to nothing.
     */
    further?: readonly Statement[];

    /** The only roles that workloads may assume, if their own policies allow it. Defaults to none. */
    assumableRoleArns?: pulumi.Input<readonly string[]>;

    /** Services whose own role AWS makes as whoever uses them first in an account. Plain. Defaults to none. */
    ownRolesOf?: readonly string[];

    /** The prefix of the policy's name. Plain, because it decides what the policy is called. */
    namePrefix: string;

    /** Whose it is, in the policy's name. Plain for the same reason. Defaults to every workload's. */
    purpose?: string;

    /** Defaults to none. */
    tags?: Readonly<Record<string, string>>;
}

/**
 * A permissions boundary of workloads' roles. Whatever a role is granted, it cannot use IAM, assume other roles,
 * touch the services that monitor the account, read stacks' state or change the boundary itself.
 */
export class PermissionsBoundary extends pulumi.ComponentResource {
    public readonly policyArn: pulumi.Output<string>;

    constructor(name: string, args: PermissionsBoundaryArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:PermissionsBoundary", name, {}, opts);

        const { services = servicesOfAirflow, further = [] } = args;
        const problems = [
            ...services.flatMap((service, index) => serviceProblem(`services[${index}]`, service) ?? []),
            ...wildcardProblems("further", further),
            ...below(["tags"], ...tagProblems(args.tags ?? {})).map((problem) => problemText(problem)),
        ];
        if (problems.length > 0) {
            throw new pulumi.ResourceError(problems.join("\n"), this);
        }

        const policy = new aws.iam.Policy(
            `${name}-policy`,
            {
                name: `${args.namePrefix}-${args.purpose ?? "workload"}-boundary`,
                description: "What no workload of this cluster may ever do",
                policy: pulumi
                    .all([args.stateBucketArns, args.assumableRoleArns ?? []])
                    .apply(([stateBucketArns, assumableRoleArns]) =>
                        boundary({
                            services,
                            further,
                            stateBucketArns,
                            assumableRoleArns,
                            ownRolesOf: args.ownRolesOf,
                        }),
                    ),
                tags: args.tags,
            },
            { parent: this },
        );

        this.policyArn = policy.arn;

        this.registerOutputs({ policyArn: this.policyArn });
    }
}

function boundary(rules: BoundaryRules): string {
    const document = policyDocument(boundaryStatements(rules));
    const problem = sizeProblem("the permissions boundary", "managed", [document]);
    if (problem !== undefined) {
        throw new Error(problem);
    }
    return JSON.stringify(document);
}
