import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AwsAccount } from "./account.ts";
import { type Conditions, type Statement } from "./iam-statement.ts";
import { policyDocument } from "./policy-document.ts";
import { roleName } from "./role-name.ts";
import { after } from "../after.ts";

export interface ServiceRoleArgs {
    /** The prefix of the role's name: the cluster's name. Plain, because it decides what the role is called. */
    namePrefix: string;

    /**
     * What the role is for, such as `nodes`: the end of its name. Plain, because it decides what the role is called.
     */
    purpose: string;

    /** The service that assumes the role, such as `ec2.amazonaws.com`. */
    service: string;

    /**
     * Names of AWS managed policies, each with its path, such as `service-role/`. Plain, because each attachment is a
     * resource. Defaults to none.
     */
    managedPolicies?: readonly string[];

    account: AwsAccount;

    /** More actions of the trust policy, besides `sts:AssumeRole`. Defaults to none. */
    moreTrustActions?: readonly string[];

    /** Conditions of the trust policy, such as on whose behalf the service must act. Defaults to none. */
    trustConditions?: pulumi.Input<Conditions>;

    /** Its inline policy. Whether there is one is plain, because it is a resource. Defaults to none. */
    statements?: pulumi.Input<readonly Statement[]>;

    /** ARN of the policy that bounds what the role can ever do. Defaults to none. */
    permissionsBoundary?: pulumi.Input<string>;
}

/** An IAM role that an AWS service assumes, as opposed to the role of a workload. */
export class ServiceRole extends pulumi.ComponentResource {
    /** Resolves only once the role has every policy: a service that starts earlier fails for lack of permissions. */
    public readonly arn: pulumi.Output<string>;

    constructor(name: string, args: ServiceRoleArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:ServiceRole", name, {}, opts);

        this.arn = serviceRole(
            name,
            {
                roleName: roleName([args.namePrefix, args.purpose]),
                trust: pulumi.output(args.trustConditions).apply((conditions) => ({
                    sid: "OneService",
                    principals: { service: [args.service] },
                    actions: ["sts:AssumeRole", ...(args.moreTrustActions ?? [])],
                    conditions: conditions as Conditions | undefined,
                })),
                managedPolicies: Object.fromEntries(
                    (args.managedPolicies ?? []).map((policy) => [
                        policy.slice(policy.lastIndexOf("/") + 1),
                        managedPolicyArn(args.account, policy),
                    ]),
                ),
                statements: args.statements,
                permissionsBoundary: args.permissionsBoundary,
            },
            { parent: this },
        );

        this.registerOutputs({ arn: this.arn });
    }
}

/** What the resources of a service's role are made from. */
interface ServiceRoleParts {
    readonly roleName: string;
    readonly description?: string;
    /** The one statement of its trust policy. */
    readonly trust: pulumi.Input<Statement>;
    /** ARNs of AWS managed policies, by the suffix of each attachment's name. */
    readonly managedPolicies: Readonly<Record<string, string>>;
    readonly statements?: pulumi.Input<readonly Statement[]>;
    readonly permissionsBoundary?: pulumi.Input<string>;
    readonly tags?: Readonly<Record<string, string>>;
}

/** The role and its policies, as children of the component in `opts`. Its ARN waits for every policy. */
export function serviceRole(
    name: string,
    parts: ServiceRoleParts,
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    const role = new aws.iam.Role(
        `${name}-role`,
        {
            name: parts.roleName,
            description: parts.description,
            assumeRolePolicy: pulumi
                .output(parts.trust)
                .apply((trust) => JSON.stringify(policyDocument([trust as Statement]))),
            permissionsBoundary: parts.permissionsBoundary,
            tags: parts.tags,
        },
        opts,
    );
    const attachments = Object.entries(parts.managedPolicies).map(
        ([suffix, policyArn]) =>
            new aws.iam.RolePolicyAttachment(`${name}-${suffix}`, { role: role.name, policyArn }, opts),
    );
    const own =
        parts.statements === undefined
            ? []
            : [
                  new aws.iam.RolePolicy(
                      `${name}-policy`,
                      {
                          role: role.name,
                          policy: pulumi
                              .output(parts.statements)
                              .apply((known) => JSON.stringify(policyDocument(known as readonly Statement[]))),
                      },
                      opts,
                  ),
              ];
    return after([...attachments, ...own], role.arn);
}

/** ARN of an AWS managed policy. Its name may begin with a path, such as `service-role/`. */
export function managedPolicyArn({ partition }: AwsAccount, policy: string): string {
    return `arn:${partition}:iam::aws:policy/${policy}`;
}
