import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { after } from "../../after.ts";
import { type Statement } from "../../aws/iam-statement.ts";
import { tagProblems } from "../../aws/resource-tags.ts";
import { below, problemText } from "../../problem.ts";
import { roleName } from "../../aws/role-name.ts";
import { wildcardProblems } from "./policy-problems.ts";
import { BindingKind, handOver, isChained, type RoleBinding, trustOf } from "./role-binding.ts";
import { checkedPolicies } from "./role-policies.ts";
import { checkedTrust, type ServiceAccountRef, serviceAccountProblem } from "./trust-policy.ts";

export interface WorkloadRoleArgs {
    /** How the service account gets the role. Its kind is plain, because it decides which resources exist. */
    binding: RoleBinding;

    /** The one service account that may have the role. Plain, because it decides who is trusted. */
    serviceAccount: ServiceAccountRef;

    /** ARN of the permissions boundary, which limits all policies of the role. */
    permissionsBoundary: pulumi.Input<string>;

    /**
     * The inline policies of the role, by name. Their names are plain, because each is a resource. Defaults to none.
     */
    policies?: Readonly<Record<string, pulumi.Input<readonly Statement[]>>>;

    /** ARNs of managed policies besides. Plain, because each attachment is a resource. Defaults to none. */
    policyArns?: readonly string[];

    /**
     * The prefix of the role's name, which distinguishes the clusters of one AWS account. Plain, because it decides
     * what the role is called.
     */
    namePrefix: string;

    /**
     * Why its policies need wildcards. Becomes a tag of the role, for auditors. Defaults to none: wildcards are
     * refused.
     */
    allowWildcard?: string;

    /** Plain, because they are checked before anything is created. Defaults to none. */
    tags?: Readonly<Record<string, string>>;
}

/**
 * An IAM role that exactly one Kubernetes service account can have. Policies of its own are inline, so they cannot be
 * attached to another role and are deleted with it.
 */
export class WorkloadRole extends pulumi.ComponentResource {
    /** Resolves only once the role has its policies and the service account can get the role. */
    public readonly roleArn: pulumi.Output<string>;

    /** Annotations that the service account needs: the role's ARN for IRSA, none for Pod Identity. */
    public readonly serviceAccountAnnotations: pulumi.Output<Record<string, string>>;

    constructor(name: string, args: WorkloadRoleArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:WorkloadRole", name, {}, opts);

        const { binding, serviceAccount } = args;
        const tags = { ...args.tags, ...(args.allowWildcard ? { "allow-wildcard": args.allowWildcard } : {}) };
        const problems = problemsOf({ ...args, tags });
        if (problems.length > 0) {
            throw new pulumi.ResourceError(problems.join("\n"), this);
        }

        const role = new aws.iam.Role(
            `${name}-role`,
            {
                name: roleName([args.namePrefix, serviceAccount.namespace, serviceAccount.name]),
                description: `For the service account ${serviceAccount.namespace}/${serviceAccount.name}`,
                assumeRolePolicy: trustOf(binding, serviceAccount).apply(checkedTrust),
                permissionsBoundary: args.permissionsBoundary,
                tags,
            },
            { parent: this },
        );

        const granted = isChained(binding)
            ? { target: pulumi.output(binding.targetRoleArn as pulumi.Input<string>).apply(handOver) }
            : (args.policies ?? {});
        const documents = pulumi.output(granted).apply((known) => checkedPolicies(known, args.allowWildcard));
        const policies = Object.keys(granted).map(
            (suffix) =>
                new aws.iam.RolePolicy(
                    `${name}-${suffix}-policy`,
                    {
                        role: role.name,
                        name: suffix,
                        policy: documents.apply((known) => known[suffix] as string),
                    },
                    { parent: this },
                ),
        );

        const attachments = (args.policyArns ?? []).map(
            (policyArn) =>
                new aws.iam.RolePolicyAttachment(
                    `${name}-${policyArn.split(":policy/").at(-1) ?? policyArn}-attachment`,
                    {
                        role: role.name,
                        policyArn,
                    },
                    { parent: this },
                ),
        );
        const permissions = [...policies, ...attachments];

        // After the policies: a pod that starts in between would be refused, and may not try again.
        const associations =
            binding.kind === BindingKind.podIdentity
                ? [
                      new aws.eks.PodIdentityAssociation(
                          `${name}-association`,
                          {
                              clusterName: binding.clusterName,
                              namespace: serviceAccount.namespace,
                              serviceAccount: serviceAccount.name,
                              roleArn: role.arn,
                              targetRoleArn: binding.targetRoleArn,
                              // The trust policies check them.
                              disableSessionTags: false,
                              tags,
                          },
                          { parent: this, dependsOn: permissions },
                      ),
                  ]
                : [];

        this.roleArn = after([...permissions, ...associations], role.arn);

        this.serviceAccountAnnotations =
            binding.kind === BindingKind.irsa
                ? this.roleArn.apply((arn): Record<string, string> => ({ "eks.amazonaws.com/role-arn": arn }))
                : pulumi.output({} as Record<string, string>);

        this.registerOutputs({
            roleArn: this.roleArn,
            serviceAccountAnnotations: this.serviceAccountAnnotations,
        });
    }
}

/** Everything that can be refused without knowing outputs. */
function problemsOf(args: WorkloadRoleArgs): string[] {
    const { binding, serviceAccount, policies = {}, policyArns = [], tags = {}, allowWildcard } = args;
    const account = serviceAccountProblem(serviceAccount);
    const suffixes = [...Object.keys(policies), ...policyArns];
    return [
        ...(account === undefined ? [] : [account]),
        ...below(["tags"], ...tagProblems(tags)).map((problem) => problemText(problem)),
        ...Object.entries(policies).flatMap(([suffix, statements]) =>
            isPlain(statements) ? wildcardProblems(`policies.${suffix}`, statements, allowWildcard) : [],
        ),
        ...(isChained(binding) && suffixes.length > 0
            ? [
                  `policies has ${suffixes.join(", ")}: the pods get the credentials of binding.targetRoleArn, so this ` +
                      `grant would reach nobody. Give it to that role.`,
              ]
            : []),
    ];
}

function isPlain(statements: pulumi.Input<readonly Statement[]>): statements is readonly Statement[] {
    return Array.isArray(statements);
}
