import assert from "node:assert/strict";

import { policyDocument } from "../../../components/aws/policy-document.ts";
import { UNKNOWN } from "../../../rehearsal/engine/values/property.ts";
import { type Graph, identitiesOf } from "./identities.ts";
import { decide } from "./simulation.ts";

const document = (sid: string) =>
    JSON.stringify(policyDocument([{ sid, actions: ["s3:GetObject"], resources: ["arn:aws:s3:::data/x"] }]));

const role = (inputs: Graph[number]["inputs"] = {}): Graph[number] => ({
    type: "aws:iam/role:Role",
    name: "worker-role",
    inputs: { name: "worker", assumeRolePolicy: document("Trust"), ...inputs },
});
const attachment = (policyArn: string): Graph[number] => ({
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    name: "attachment",
    inputs: { role: "worker", policyArn },
});
const managed: Graph[number] = {
    type: "aws:iam/policy:Policy",
    name: "managed",
    inputs: { name: "managed", policy: document("Managed") },
};
const managedArn = "arn:aws:iam::123456789012:policy/managed";

describe("A role read from a graph", () => {
    it("has the policies written into it and those attached to it, and no other role's", () => {
        const graph: Graph = [
            role(),
            managed,
            attachment(managedArn),
            {
                type: "aws:iam/rolePolicy:RolePolicy",
                name: "a",
                inputs: { role: "worker", name: "logs", policy: document("Own") },
            },
            {
                type: "aws:iam/rolePolicy:RolePolicy",
                name: "b",
                inputs: { role: "other", name: "x", policy: document("Other") },
            },
        ];
        const worker = identitiesOf(graph).get("worker");
        assert.deepEqual(Object.keys(worker?.policies ?? {}).sort(), [managedArn, "logs"]);
        assert.equal(worker?.principal, "arn:aws:iam::123456789012:role/worker");
        assert.deepEqual(worker.unreadPolicyArns, []);
    });

    it("names the policies that nobody can read here", () => {
        const ofAws = "arn:aws:iam::aws:policy/AdministratorAccess";
        assert.deepEqual(identitiesOf([role(), attachment(ofAws)]).get("worker")?.unreadPolicyArns, [ofAws]);
    });

    it("must have its boundary in the graph", () => {
        const bounded = role({ permissionsBoundary: managedArn });
        assert.ok(identitiesOf([bounded, managed]).get("worker")?.boundary);
        assert.throws(() => identitiesOf([bounded]), /worker-role has the boundary .* which the graph does not have/);
    });

    it("must be known whole", () => {
        assert.throws(
            () => identitiesOf([role({ assumeRolePolicy: UNKNOWN })]),
            /record the graph with everything known/,
        );
    });
});

describe("A simulated request", () => {
    const requester = { principal: "arn:aws:iam::123456789012:role/worker" };

    it("must be one that can be made", async () => {
        const resource = "arn:aws:s3:::data/x";
        const account = { resourceAccount: "123456789012" };
        await assert.rejects(decide(requester, { action: "s3:Invented", resource, ...account }), /cannot be simulated/);
        await assert.rejects(
            decide(requester, { action: "s3:ListBucket", resource, ...account }),
            /cannot be simulated/,
        );
        await assert.rejects(
            decide(requester, { action: "s3:GetObject", resource, context: { "s3:invented": "x" }, ...account }),
            /has no condition keys s3:invented/,
        );
        await assert.rejects(
            decide({ principal: "eks.amazonaws.com" }, { action: "s3:GetObject", resource }),
            /of no account/,
        );
    });
});
