import { readZones } from "./deploy/deploy-names.ts";
import { layoutObject, stackObjects } from "./names.ts";
import { type PolicyDocument, policy, type Statement } from "./policy.ts";
import { mayReadState, type StackSecrets, type StateLocation } from "./state/state-permissions.ts";

/**
 * What a preview may do. Whoever opens a pull request from a branch of the repository writes the workflow that runs with
 * this, so it is what that person may do: read the named stacks' state, with every secret in it, and look up the network,
 * the cluster and those stacks' zones. Nothing can be changed with it, and nothing else can be read.
 */
export function previewPermissions(
    accountId: string,
    location: StateLocation,
    stacks: readonly StackSecrets[],
    zoneIds: readonly string[],
): PolicyDocument {
    return policy(
        ...(stacks.length > 0 ? mayReadState(location, stacks) : []),
        ...lookUps(accountId),
        ...readZones(zoneIds),
        ...denied(location, stacks),
    );
}

/** What the program looks up while it previews. A preview does not read the resources themselves. */
function lookUps(accountId: string): Statement[] {
    return [
        {
            Sid: "LookUpNetwork",
            Effect: "Allow",
            Action: [
                "ec2:DescribeAvailabilityZones",
                "ec2:DescribeRouteTables",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcAttribute",
                "ec2:DescribeVpcs",
                "eks:DescribeAddonVersions",
                // An issuer is found by its address, in the list of all of them.
                "iam:ListOpenIDConnectProviders",
            ],
            Resource: "*",
        },
        {
            Sid: "LookUpCluster",
            Effect: "Allow",
            Action: ["eks:DescribeAddon", "eks:DescribeCluster", "iam:GetOpenIDConnectProvider"],
            Resource: [
                `arn:aws:eks:*:${accountId}:addon/*`,
                `arn:aws:eks:*:${accountId}:cluster/*`,
                `arn:aws:iam::${accountId}:oidc-provider/*`,
            ],
        },
    ];
}

/** Holds whatever else is attached to the role one day. */
function denied({ bucketArn }: StateLocation, stacks: readonly StackSecrets[]): Statement[] {
    const readable = [layoutObject, ...stacks.flatMap(({ stack }) => stackObjects(stack))];
    return [
        {
            Sid: "ChangeNothing",
            Effect: "Deny",
            // What AWS itself counts as reading, and no more.
            NotAction: [
                "ec2:Describe*",
                "eks:Describe*",
                "eks:List*",
                "iam:Get*",
                "iam:List*",
                "kms:Decrypt",
                "kms:DescribeKey",
                "route53:GetHostedZone",
                "route53:ListResourceRecordSets",
                "route53:ListTagsForResource",
                "s3:GetBucketLocation",
                "s3:GetObject",
                "s3:ListBucket",
                "sts:GetCallerIdentity",
            ],
            Resource: "*",
        },
        {
            Sid: "ReadNoOtherObject",
            Effect: "Deny",
            Action: "s3:GetObject",
            NotResource: readable.map((key) => `${bucketArn}/${key}`),
        },
    ];
}
