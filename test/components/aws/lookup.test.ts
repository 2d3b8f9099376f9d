import assert from "node:assert/strict";

import { found } from "../../../components/aws/lookup.ts";

const failing = (message: string) => found(Promise.reject(new Error(message)));

describe("a lookup at AWS", () => {
    it("finds what is there", async () => {
        assert.equal(await found(Promise.resolve("vpc-1")), "vpc-1");
    });

    it("finds nothing where the provider says so, in the words of its several services", async () => {
        for (const words of [
            "reading EC2 VPC: no matching EC2 VPC found",
            "reading EKS Cluster (prod): couldn't find resource",
            "reading EKS Add-On (prod:vpc-cni): operation error EKS: DescribeAddon, ResourceNotFoundException: No addon",
            "finding IAM OIDC Provider by url (https://oidc.example): not found",
        ]) {
            assert.equal(await failing(words), undefined, words);
        }
    });

    it("fails where it could not look, even if something was not found on the way", async () => {
        for (const words of [
            "UnauthorizedOperation: You are not authorized to perform: ec2:DescribeVpcs",
            "AccessDeniedException: policy not found",
            "no valid credential sources found",
            "failed to get shared config profile, prod: not found",
            "connection reset by peer",
        ]) {
            await assert.rejects(failing(words), new RegExp(words.slice(0, 20)), words);
        }
    });
});
