import assert from "node:assert/strict";

import { bucketOf, BucketUse, bucketStatements } from "../../../components/teams/bucket-statements.ts";

describe("a team's permissions for buckets", () => {
    it("are for a folder with what is below it, and for nothing whose name begins alike", () => {
        assert.deepEqual(bucketStatements("aws", BucketUse.read, ["lake/analytics/raw"]), [
            {
                sid: "FindRead1",
                actions: ["s3:ListBucket"],
                resources: ["arn:aws:s3:::lake"],
                conditions: { StringLike: { "s3:prefix": ["analytics/raw/*"] } },
            },
            { sid: "Read1", actions: ["s3:GetObject"], resources: ["arn:aws:s3:::lake/analytics/raw/*"] },
        ]);
    });

    it("are for a whole bucket where no folder is named", () => {
        const [find, read] = bucketStatements("aws-cn", BucketUse.read, ["lake"]);
        assert.deepEqual(find?.resources, ["arn:aws-cn:s3:::lake"]);
        assert.equal(find?.conditions, undefined);
        assert.deepEqual(read?.resources, ["arn:aws-cn:s3:::lake/*"]);
    });

    it("let only those change anything who may write", () => {
        const actions = (use: BucketUse) => bucketStatements("aws", use, ["lake"]).flatMap((each) => each.actions);
        assert.deepEqual(actions(BucketUse.read), ["s3:ListBucket", "s3:GetObject"]);
        assert.ok(["s3:PutObject", "s3:DeleteObject"].every((action) => actions(BucketUse.write).includes(action)));
    });

    it("can stand in one policy, because no two have one name", () => {
        const all = [
            ...bucketStatements("aws", BucketUse.read, ["one", "two"]),
            ...bucketStatements("aws", BucketUse.write, ["one", "two"]),
        ];
        assert.equal(new Set(all.map(({ sid }) => sid)).size, all.length);
    });

    it("are for the bucket before the first slash", () => {
        assert.equal(bucketOf("lake/analytics/raw"), "lake");
        assert.equal(bucketOf("lake"), "lake");
    });
});
