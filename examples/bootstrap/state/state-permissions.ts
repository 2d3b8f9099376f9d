import { layoutObject, stackObjects } from "../names.ts";
import { type Statement } from "../policy.ts";

export interface StateLocation {
    readonly bucketArn: string;
    /** The key that encrypts the bucket. */
    readonly bucketKeyArn: string;
    readonly region: string;
}

/** One environment's stack, with the key of its secrets. */
export interface StackSecrets {
    readonly stack: string;
    readonly secretsKeyArn: string;
}

/** To read the state of these stacks and open the secrets in it, and to change nothing: `pulumi preview` takes no lock. */
export function mayReadState(location: StateLocation, stacks: readonly StackSecrets[]): Statement[] {
    return [
        mayList(location.bucketArn),
        {
            Sid: "ReadState",
            Effect: "Allow",
            Action: "s3:GetObject",
            Resource: objects(location, stacks),
        },
        mayUseBucketKey(location, ["kms:Decrypt"]),
        {
            Sid: "OpenSecrets",
            Effect: "Allow",
            Action: "kms:Decrypt",
            Resource: stacks.map(({ secretsKeyArn }) => secretsKeyArn),
        },
    ];
}

/** To deploy one stack: its state and its secrets, and those of no other. */
export function mayWriteState(location: StateLocation, stack: StackSecrets): Statement[] {
    return [
        mayList(location.bucketArn),
        {
            Sid: "ReadState",
            Effect: "Allow",
            Action: "s3:GetObject",
            Resource: objects(location, [stack]),
        },
        {
            Sid: "WriteState",
            Effect: "Allow",
            // Versions stay: nothing here may delete one.
            Action: ["s3:PutObject", "s3:DeleteObject"],
            Resource: stackObjects(stack.stack).map((object) => `${location.bucketArn}/${object}`),
        },
        mayUseBucketKey(location, ["kms:Decrypt", "kms:GenerateDataKey"]),
        {
            Sid: "UseSecretsKey",
            Effect: "Allow",
            Action: ["kms:Decrypt", "kms:Encrypt"],
            Resource: stack.secretsKeyArn,
        },
    ];
}

function objects({ bucketArn }: StateLocation, stacks: readonly StackSecrets[]): string[] {
    return [layoutObject, ...stacks.flatMap(({ stack }) => stackObjects(stack))].map((key) => `${bucketArn}/${key}`);
}

/** Names of stacks are no secret. Without this, a missing object would look like a forbidden one. */
function mayList(bucketArn: string): Statement {
    return {
        Sid: "ListState",
        Effect: "Allow",
        Action: ["s3:ListBucket", "s3:GetBucketLocation"],
        Resource: bucketArn,
    };
}

/** Only on the way to and from the bucket: the key opens nothing that S3 did not hand over. */
function mayUseBucketKey({ bucketKeyArn, region }: StateLocation, actions: readonly string[]): Statement {
    return {
        Sid: "UseBucketKey",
        Effect: "Allow",
        Action: actions,
        Resource: bucketKeyArn,
        Condition: { StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` } },
    };
}
