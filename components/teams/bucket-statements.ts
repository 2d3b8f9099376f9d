import { type Statement } from "../aws/iam-statement.ts";

/** What a team may do with a part of a bucket. */
export const BucketUse = { read: "read", write: "write" } as const;
export type BucketUse = (typeof BucketUse)[keyof typeof BucketUse];

const objectActions = {
    [BucketUse.read]: ["s3:GetObject"],
    [BucketUse.write]: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
} as const;

/**
 * The permissions for places in S3, each a bucket or a folder in one, as `bucket` or `bucket/folder`. A folder is what is
 * below it, and nothing whose name begins alike.
 */
export function bucketStatements(partition: string, use: BucketUse, places: readonly string[]): Statement[] {
    return places.flatMap((place, index) => {
        const folder = place.split("/").slice(1).join("/");
        const bucketArn = `arn:${partition}:s3:::${bucketOf(place)}`;
        const named = `${use === BucketUse.read ? "Read" : "Write"}${index + 1}`;
        return [
            {
                sid: `Find${named}`,
                actions: ["s3:ListBucket"],
                resources: [bucketArn],
                ...(folder === "" ? {} : { conditions: { StringLike: { "s3:prefix": [`${folder}/*`] } } }),
            },
            {
                sid: named,
                actions: objectActions[use],
                resources: [folder === "" ? `${bucketArn}/*` : `${bucketArn}/${folder}/*`],
            },
        ];
    });
}

/** The bucket of a place in S3. */
export function bucketOf(place: string): string {
    return place.split("/", 1)[0] as string;
}
