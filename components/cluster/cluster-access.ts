import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AwsAccount } from "../aws/account.ts";
import { problemText } from "../problem.ts";
import { type PeoplesLogin, peoplesPrefix, type ReaderRole } from "./people.ts";
import { principalName, principalsProblem } from "./principals.ts";

/** AWS's access policies: https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html */
const policies = {
    admin: "AmazonEKSClusterAdminPolicy",
    // Not AmazonEKSAdminViewPolicy, which shows Secrets.
    view: "AmazonEKSViewPolicy",
} as const;

export interface ClusterAccessArgs {
    clusterName: pulumi.Input<string>;

    account: AwsAccount;

    /** ARNs of roles or users with all permissions. The deployer must be one. Plain, because each is a resource. */
    admins: readonly string[];

    /**
     * ARNs of roles or users that may read everything except Secrets. Plain, because each is a resource. Defaults to
     * none.
     */
    viewers?: readonly string[];

    /**
     * Who comes in with no rights but those that Roles in the cluster give their groups. Plain, because each is a resource.
     * Defaults to nobody.
     */
    readers?: readonly ReaderRole[];

    /**
     * Where people log in for kubectl. It gives nobody any right: Roles in the cluster do. Plain, because it decides whether
     * a resource is there. Defaults to nowhere: then principals of IAM alone come in.
     */
    people?: PeoplesLogin;
}

/**
 * Who may use the cluster's API, as EKS access entries, and whose word counts for who somebody is. There is no other way in: the `aws-auth` ConfigMap is off, and
 * the cluster's creator gets no permissions. Everything in the cluster must be deleted before this, because deleting it
 * needs the deployer's entry.
 */
export class ClusterAccess extends pulumi.ComponentResource {
    constructor(name: string, args: ClusterAccessArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:ClusterAccess", name, {}, opts);

        const { clusterName, account, admins, viewers = [], readers = [], people } = args;
        const problem = principalsProblem(admins, viewers);
        if (problem !== undefined) {
            throw new pulumi.ResourceError(problemText(problem), this);
        }

        const grant = (kind: keyof typeof policies, principalArn: string): void => {
            const suffix = `${kind}-${principalName(principalArn)}`;
            const entry = new aws.eks.AccessEntry(
                `${name}-${suffix}`,
                { clusterName, principalArn, type: "STANDARD" },
                { parent: this },
            );
            new aws.eks.AccessPolicyAssociation(
                `${name}-${suffix}-policy`,
                {
                    clusterName,
                    principalArn: entry.principalArn,
                    policyArn: `arn:${account.partition}:eks::aws:cluster-access-policy/${policies[kind]}`,
                    accessScope: { type: "cluster" },
                },
                { parent: this },
            );
        };
        admins.forEach((arn) => grant("admin", arn));
        viewers.forEach((arn) => grant("view", arn));
        for (const { arn, groups } of readers) {
            new aws.eks.AccessEntry(
                `${name}-reader-${principalName(arn)}`,
                { clusterName, principalArn: arn, type: "STANDARD", kubernetesGroups: [...groups] },
                { parent: this },
            );
        }

        if (people !== undefined) {
            new aws.eks.IdentityProviderConfig(
                `${name}-people`,
                {
                    clusterName,
                    oidc: {
                        identityProviderConfigName: "people",
                        issuerUrl: people.issuer,
                        clientId: people.clientId,
                        // Nobody can take over another's name there, as with an address.
                        usernameClaim: "sub",
                        usernamePrefix: peoplesPrefix,
                        groupsClaim: people.groupsClaim,
                        groupsPrefix: peoplesPrefix,
                    },
                },
                { parent: this },
            );
        }

        this.registerOutputs({});
    }
}
