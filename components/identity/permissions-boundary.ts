import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { policyDocument } from "../aws/iam-statement.ts";
import { type BoundaryRules, boundaryStatements, serviceProblem } from "./boundary-statements.ts";
import { sizeProblem } from "./policy-problems.ts";
import { tagProblems } from "../aws/resource-tags.ts";
import { below, problemText } from "../problem.ts";

/** What Airflow itself uses, with its logs, its secrets and its database. */
export const servicesOfAirflow = ["s3", "kms", "secretsmanager"] as const;

export interface PermissionsBoundaryArgs {
    /** ARNs of the buckets that hold stacks' state. Give none only where state is kept elsewhere. */
    stateBucketArns: pulumi.Input<readonly string[]>;

    /**
     * Prefixes of the services' actions that workloads may use, such as `dynamodb`. Plain, because they are checked before
     * anything is made. Defaults to what Airflow itself uses.
     */
    services?: readonly string[];

    /** The only roles that workloads may assume, once their own policies let them. Defaults to none. */
    assumableRoleArns?: pulumi.Input<readonly string[]>;

    /**
     * Begins the policy's name. Plain, because it decides what the policy is called. Defaults to the name of the stack.
     */
    namePrefix?: string;

    /** Defaults to none. */
    tags?: Readonly<Record<string, string>>;
}

/**
 * The managed policy beyond which no role of a workload reaches, whatever it is granted: not to IAM, not to other roles,
 * not to what watches over the account, not to the state of stacks, not to the boundary itself.
 */
export class PermissionsBoundary extends pulumi.ComponentResource {
    public readonly policyArn: pulumi.Output<string>;

    constructor(name: string, args: PermissionsBoundaryArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:PermissionsBoundary", name, {}, opts);

        const services = args.services ?? servicesOfAirflow;
        const problems = [
            ...services.flatMap((service, index) => serviceProblem(`services[${index}]`, service) ?? []),
            ...below(["tags"], ...tagProblems(args.tags ?? {})).map((problem) => problemText(problem)),
        ];
        if (problems.length > 0) {
            throw new pulumi.ResourceError(problems.join("\n"), this);
        }

        const policy = new aws.iam.Policy(
            `${name}-policy`,
            {
                name: `${args.namePrefix ?? pulumi.getStack()}-workload-boundary`,
                description: "What no workload of this cluster may ever do",
                policy: pulumi
                    .all([args.stateBucketArns, args.assumableRoleArns ?? []])
                    .apply(([stateBucketArns, assumableRoleArns]) =>
                        boundary({ services, stateBucketArns, assumableRoleArns }),
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
