import { zoneArns } from "../deploy/deploy-names.ts";
import { type Guarded } from "../guarded.ts";
import { type PolicyDocument, policy, type Statement } from "../policy.ts";

/** What workloads of an environment may be given. */
export interface WorkloadRules {
    /** The services that they may use besides those of Airflow, by the prefix of their actions, such as `dynamodb`. */
    readonly services: readonly string[];
    /** The only roles that they may assume, if their own policies allow it. */
    readonly assumableRoleArns: readonly string[];
    /** The hosted zones in which they may prove names for a certificate, if their own policies allow it. */
    readonly zoneIds: readonly string[];
}

/** The services that Airflow itself uses, for its logs, secrets and database. */
const servicesOfAirflow = ["s3", "kms", "secretsmanager"];

/** Services that no workload may use: identity, and those that watch the account. */
export const closedServices: readonly string[] = [
    "iam",
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
];

/**
 * The most that a role of a service account can ever be given, whatever is attached to it. It gives nothing by itself. The
 * platform's own boundary, which it makes where nobody gives it one, says the same. A test holds the two together.
 */
export function workloadBoundary(
    { bucketArn, keyArns }: Guarded,
    { services, assumableRoleArns, zoneIds }: WorkloadRules,
): PolicyDocument {
    return policy(
        {
            Sid: "ServicesInUse",
            Effect: "Allow",
            Action: [...servicesOfAirflow, ...services].map((service) => `${service}:*`),
            Resource: ["*"],
        },
        ...proofs(zoneIds),
        ...onlyRoles(assumableRoleArns),
        deny(
            "IdentityAndOversight",
            closedServices.map((service) => `${service}:*`),
        ),
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
        deny("State", ["s3:*"], [bucketArn, `${bucketArn}/*`]),
        deny("KeysOfTheState", ["kms:*"], keyArns),
    );
}

/** By such a TXT record cert-manager proves that a host is the stack's. By any other people could be led elsewhere. */
function proofs(zoneIds: readonly string[]): Statement[] {
    const keys = ["NormalizedRecordNames", "RecordTypes"].map((key) => `route53:ChangeResourceRecordSets${key}`);
    const [name = "", type = ""] = keys;
    return zoneIds.length === 0
        ? []
        : [
              {
                  Sid: "ProofsOfNames",
                  Effect: "Allow",
                  Action: ["route53:ChangeResourceRecordSets"],
                  Resource: zoneArns(zoneIds),
                  Condition: {
                      "ForAllValues:StringLike": { [name]: "_acme-challenge.*" },
                      "ForAllValues:StringEquals": { [type]: "TXT" },
                      // All of no values are like anything.
                      Null: { [name]: "false", [type]: "false" },
                  },
              },
              {
                  Sid: "WhetherServed",
                  Effect: "Allow",
                  Action: ["route53:GetChange"],
                  Resource: ["arn:aws:route53:::change/*"],
              },
          ];
}

function onlyRoles(assumableRoleArns: readonly string[]): Statement[] {
    const others = ["sts:AssumeRole*", "sts:TagSession", "sts:GetFederationToken", "sts:AssumeRoot"];
    return assumableRoleArns.length === 0
        ? [deny("OtherRoles", others)]
        : [
              {
                  Sid: "RolesInUse",
                  Effect: "Allow",
                  Action: ["sts:AssumeRole", "sts:TagSession"],
                  Resource: assumableRoleArns,
              },
              { Sid: "OtherRoles", Effect: "Deny", Action: others, NotResource: assumableRoleArns },
          ];
}

function deny(Sid: string, Action: readonly string[], Resource: readonly string[] = ["*"]): Statement {
    return { Sid, Effect: "Deny", Action, Resource };
}
