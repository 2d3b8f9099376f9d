import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AcceptedFindings } from "../accepted-findings.ts";
import { trustOneSubject } from "./github-trust.ts";
import { type PolicyDocument } from "../policy.ts";

export interface GithubRoleArgs {
    /** The role's name. Plain, because workflows name it. */
    roleName: string;

    /** What it is for, for people. */
    description: string;

    /** ARN of the account's provider for GitHub's tokens. */
    providerArn: pulumi.Input<string>;

    /** The one subject that may have the role. Plain, because it decides who is trusted. */
    subject: string;

    /** What the role may do, by the suffix that each policy takes in its name. Its keys are plain. */
    policies: Readonly<Record<string, pulumi.Input<PolicyDocument>>>;

    /** How long one session may last, from 3600 seconds to 43200, which is IAM's longest. Defaults to 3600. */
    maxSessionSeconds?: number;
}

/** An IAM role that the workflows of exactly one subject can assume, for a limited time. */
export class GithubRole extends pulumi.ComponentResource {
    /** Resolves only once every policy is attached. */
    public readonly arn: pulumi.Output<string>;

    constructor(name: string, args: GithubRoleArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd-bootstrap:index:GithubRole", name, {}, opts);

        const role = new aws.iam.Role(
            `${name}-role`,
            {
                name: args.roleName,
                description: args.description,
                assumeRolePolicy: pulumi
                    .output(args.providerArn)
                    .apply((arn) => JSON.stringify(trustOneSubject(arn, args.subject))),
                maxSessionDuration: args.maxSessionSeconds ?? 3600,
            },
            { parent: this },
        );

        const attachments = Object.entries(args.policies).map(([suffix, document]) => {
            const policy = new aws.iam.Policy(
                `${name}-${suffix}`,
                {
                    name: `${args.roleName}-${suffix}`,
                    policy: pulumi.jsonStringify(document),
                },
                { parent: this },
            );
            return new aws.iam.RolePolicyAttachment(
                `${name}-${suffix}-attachment`,
                {
                    role: role.name,
                    policyArn: policy.arn,
                },
                { parent: this },
            );
        });

        this.arn = pulumi.all([role.arn, ...attachments.map(({ id }) => id)]).apply(([arn]) => arn as string);

        this.registerOutputs({ arn: this.arn });
    }
}

export const acceptedFindings: AcceptedFindings = {
    role: {
        CKV_AWS_393:
            "The scanner takes GitHub's numbers behind owner and repository for a pattern. There is none in a subject",
    },
    permissions: {
        CKV_AWS_355: "Listing and describing have no resource in IAM, and the lookups of a preview need them",
    },
};
