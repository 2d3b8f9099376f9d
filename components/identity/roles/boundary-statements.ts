import { type Statement } from "../../aws/iam-statement.ts";

export interface BoundaryRules {
    /** The services that workloads may use, by the prefix of their actions, such as `s3`. */
    readonly services: readonly string[];
    /** What workloads may do of other services besides, as narrow as a role's own policy. */
    readonly further?: readonly Statement[];
    /** The only roles that a workload may assume, if its own policy allows it. */
    readonly assumableRoleArns: readonly string[];
    /** Buckets with stacks' state. No workload may read them, because the state describes everything else. */
    readonly stateBucketArns: readonly string[];
    /** Services whose own role AWS makes as whoever uses them first in an account. Defaults to none. */
    readonly ownRolesOf?: readonly string[];
}

/** Services that no workload may use, besides IAM: identity, and those that monitor the account. */
const closedServices = [
    "organizations",
    "account",
    "sso",
    "sso-directory",
    "identitystore",
    "cloudtrail",
    "config",
    "guardduty",
    "securityhub",
    "access-analyzer",
    "macie2",
    "inspector2",
    "detective",
] as const;

const everything = ["*"];

/**
 * The statements of the permissions boundary: what no workload may do, whatever its own policies say. A boundary grants
 * nothing. Its `Allow` statements limit what other policies can grant; its `Deny` statements also override what
 * resource policies grant.
 */
export function boundaryStatements(rules: BoundaryRules): readonly Statement[] {
    const { services, further = [], assumableRoleArns, stateBucketArns, ownRolesOf = [] } = rules;
    const named = { "iam:AWSServiceName": ownRolesOf };
    const assume = ["sts:AssumeRole", "sts:TagSession"];
    const deny = (sid: string, actions: readonly string[], resources: readonly string[] = everything): Statement => ({
        sid,
        effect: "Deny",
        actions,
        resources,
    });
    return [
        {
            sid: "ServicesInUse",
            actions: services.map((service) => `${service}:*`),
            resources: everything,
            allowWildcard: "a boundary grants nothing by itself",
        },
        ...further,
        ...(assumableRoleArns.length > 0 ? [{ sid: "RolesInUse", actions: assume, resources: assumableRoleArns }] : []),
        {
            sid: "OtherRoles",
            effect: "Deny",
            actions: ["sts:AssumeRole*", "sts:TagSession", "sts:GetFederationToken", "sts:AssumeRoot"],
            ...(assumableRoleArns.length > 0 ? { allResourcesBut: assumableRoleArns } : { resources: everything }),
        },
        // IAM includes the boundary itself.
        ...(ownRolesOf.length === 0
            ? [deny("IdentityAndOversight", allOf(["iam", ...closedServices]))]
            : [
                  {
                      sid: "OwnRolesOfServices",
                      actions: ["iam:CreateServiceLinkedRole"],
                      resources: everything,
                      conditions: { StringEquals: named },
                      allowWildcard: "such a role is the service's, and its rights are fixed by AWS",
                  },
                  // What names no service, which is all the rest of IAM, is denied with it.
                  { ...deny("Identity", allOf(["iam"])), conditions: { StringNotEquals: named } },
                  deny("Oversight", allOf(closedServices)),
              ]),
        deny("Logs", ["logs:Delete*", "logs:PutRetentionPolicy", "ec2:DeleteFlowLogs", "s3:PutBucketLogging"]),
        deny("KeyDeletion", [
            "kms:ScheduleKeyDeletion",
            "kms:DisableKey",
            "kms:DisableKeyRotation",
            "kms:DeleteImportedKeyMaterial",
            "kms:DeleteAlias",
            "kms:UpdateAlias",
        ]),
        deny("DoorsForOthers", [
            "kms:PutKeyPolicy",
            "s3:PutBucketPolicy",
            "s3:DeleteBucketPolicy",
            "s3:PutBucketAcl",
            "s3:PutObjectAcl",
            "s3:PutObjectVersionAcl",
            "s3:PutBucketPublicAccessBlock",
            "s3:PutAccountPublicAccessBlock",
            "s3:PutBucketOwnershipControls",
            "s3:*AccessPoint*",
            "secretsmanager:PutResourcePolicy",
            "secretsmanager:DeleteResourcePolicy",
            "lambda:AddPermission",
            "sns:AddPermission",
            "sqs:AddPermission",
            "ecr:SetRepositoryPolicy",
        ]),
        deny("Protections", [
            "s3:DeleteBucket",
            "s3:PutBucketVersioning",
            "s3:PutLifecycleConfiguration",
            "s3:PutEncryptionConfiguration",
            "s3:PutBucketObjectLockConfiguration",
            "s3:BypassGovernanceRetention",
            "rds:Delete*",
            "rds:Modify*",
        ]),
        deny("ClusterAndItsBindings", ["eks:Create*", "eks:Update*", "eks:Delete*", "eks:*ssociate*"]),
        ...(stateBucketArns.length > 0
            ? [deny("State", ["s3:*"], [...stateBucketArns, ...stateBucketArns.map((arn) => `${arn}/*`)])]
            : []),
    ];
}

const allOf = (services: readonly string[]) => services.map((service) => `${service}:*`);

/** Why a boundary may not allow that service. Undefined when it may. */
export function serviceProblem(field: string, service: string): string | undefined {
    if (!/^[a-z0-9-]+$/.test(service)) {
        return `${field} is "${service}": it must be the prefix of one service's actions. Write it as "s3".`;
    }
    if (service === "sts" || service === "iam" || closedServices.some((closed) => closed === service)) {
        return `${field} is "${service}": no workload may use it. Take it out; roles to assume go into assumableRoleArns.`;
    }
    return undefined;
}
