import assert from "node:assert/strict";

import { serviceEndpoint } from "../../../components/aws/account.ts";
import { EncryptionKey, type EncryptionKeyArgs } from "../../../components/aws/encryption-key.ts";
import { madeUpAccount } from "../../support/made-up-aws.ts";
import { underMocks, value } from "../../support/mocks.ts";

const make = (changes: Partial<EncryptionKeyArgs> = {}, options = {}) =>
    underMocks(
        ["aws:kms/key:Key", "aws:kms/alias:Alias"],
        () => new EncryptionKey("key", { account: madeUpAccount, description: "Data", alias: "data", ...changes }),
        options,
    );

describe("EncryptionKey", () => {
    it("is renewed each year, and cannot be lost by mistake", async () => {
        const { made, registered } = await make();
        const { enableKeyRotation, deletionWindowInDays } = registered.get("key-key").inputs;
        assert.deepEqual([enableKeyRotation, deletionWindowInDays], [true, 30]);
        assert.equal(registered.get("key-key").protect, true);
        assert.match(await value(made.keyArn), /^arn:aws:kms:eu-west-1:123456789012:key\//);
        assert.equal(registered.input("key-alias", "name"), "alias/data");
        assert.equal(registered.input("key-alias", "targetKeyId"), "key-key");
    });

    it("can be replaced only when that is asked for", async () => {
        const { registered } = await make({ allowReplace: true });
        assert.ok(!registered.get("key-key").protect);
    });

    it("leaves to IAM who may use it, and forbids all past the one service when there is one", async () => {
        const statements = async (changes: Partial<EncryptionKeyArgs>) => {
            const policy = String((await make(changes)).registered.input("key-key", "policy"));
            return (JSON.parse(policy) as { Statement: { Sid: string; Principal: unknown }[] }).Statement;
        };
        const [iam, ...others] = await statements({});
        assert.deepEqual(iam?.Principal, { AWS: ["arn:aws:iam::123456789012:root"] });
        assert.deepEqual(others, []);
        assert.deepEqual(
            (await statements({ onlyThrough: "s3" })).map(({ Sid }) => Sid),
            ["WhomIamPoliciesName", "NotPastTheService"],
        );
    });

    it("is registered in a first preview, with nothing known", async () => {
        const { registered } = await make({}, { preview: true });
        assert.ok(registered.get("key-key"));
        assert.ok(registered.get("key-alias"));
    });
});

describe("A service's endpoint", () => {
    it("ends as its partition's do", () => {
        assert.equal(serviceEndpoint(madeUpAccount, "s3"), "s3.eu-west-1.amazonaws.com");
        const china = { id: "1", region: "cn-north-1", partition: "aws-cn" };
        assert.equal(serviceEndpoint(china, "s3"), "s3.cn-north-1.amazonaws.com.cn");
        const government = { id: "1", region: "us-gov-west-1", partition: "aws-us-gov" };
        assert.equal(serviceEndpoint(government, "s3"), "s3.us-gov-west-1.amazonaws.com");
    });
});
